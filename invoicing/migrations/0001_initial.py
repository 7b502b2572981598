import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import oms.kernel.crypto
import oms.kernel.first_tables
import uuid
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orders', '0001_initial'),
    ]

    operations = [
        oms.kernel.first_tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Company',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('legal_name', models.CharField(max_length=400, verbose_name='Tên pháp lý')),
                        ('tax_code', models.CharField(max_length=14, unique=True, verbose_name='Mã số thuế')),
                        ('address', models.CharField(max_length=400, verbose_name='Địa chỉ')),
                        ('phone', models.CharField(blank=True, max_length=20, verbose_name='Điện thoại')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='E-mail')),
                        ('bank_name', models.CharField(blank=True, max_length=200, verbose_name='Ngân hàng')),
                        ('bank_account', models.CharField(blank=True, max_length=40, verbose_name='Số tài khoản')),
                        ('is_default', models.BooleanField(default=False, verbose_name='Công ty mặc định')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='one_default_company')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='IssuerAccount',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='invoicing.company')),
                        ('issuer', models.CharField(default='sinvoice', max_length=20, verbose_name='Nhà cung cấp')),
                        ('username', models.CharField(max_length=100, verbose_name='Tên đăng nhập')),
                        ('password', oms.kernel.crypto.EncryptedTextField(verbose_name='Mật khẩu')),
                        ('template_code', models.CharField(max_length=20, verbose_name='Mẫu số')),
                        ('series', models.CharField(max_length=25, verbose_name='Ký hiệu')),
                        ('is_active', models.BooleanField(default=True, verbose_name='Đang dùng')),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('company',), name='one_active_account_per_company')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Invoice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='orders.order')),
                        ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='invoicing.issueraccount')),
                        ('kind', models.CharField(choices=[('original', 'Hóa đơn gốc'), ('adjustment', 'Hóa đơn điều chỉnh'), ('replacement', 'Hóa đơn thay thế')], default='original', max_length=20)),
                        ('status', models.CharField(choices=[('draft', 'Nháp'), ('queued', 'Chờ phát hành'), ('unknown', 'Chờ tra cứu'), ('issued', 'Đã phát hành'), ('coded', 'Đã cấp mã'), ('rejected', 'Bị từ chối'), ('dropped', 'Đã bỏ')], default='draft', max_length=20)),
                        ('transaction_uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('template_code', models.CharField(max_length=20)),
                        ('series', models.CharField(max_length=25)),
                        ('number', models.PositiveBigIntegerField(null=True)),
                        ('invoice_no', models.CharField(blank=True, max_length=40)),
                        ('tax_authority_code', models.CharField(blank=True, max_length=60)),
                        ('reservation_code', models.CharField(blank=True, max_length=60)),
                        ('transaction_id', models.CharField(blank=True, max_length=60)),
                        ('issued_at', models.DateTimeField(null=True)),
                        ('due_on', models.DateField(blank=True, null=True, verbose_name='Hạn thanh toán')),
                        ('is_date_confirmed', models.BooleanField(default=False)),
                        ('buyer_kind', models.CharField(choices=[('consumer', 'Người tiêu dùng'), ('person', 'Cá nhân'), ('company', 'Công ty, tổ chức')], default='consumer', max_length=10)),
                        ('buyer_name', models.CharField(blank=True, max_length=200)),
                        ('buyer_legal_name', models.CharField(blank=True, max_length=400)),
                        ('buyer_folded', models.CharField(blank=True, editable=False, max_length=700)),
                        ('buyer_tax_code', models.CharField(blank=True, max_length=14)),
                        ('buyer_address', models.CharField(blank=True, max_length=400)),
                        ('buyer_phone', models.CharField(blank=True, max_length=20)),
                        ('buyer_email', models.EmailField(blank=True, max_length=254)),
                        ('payment_method', models.CharField(default='TM/CK', max_length=20)),
                        ('net_vnd', models.BigIntegerField()),
                        ('tax_vnd', models.BigIntegerField()),
                        ('total_vnd', models.BigIntegerField()),
                        ('discount_vnd', models.BigIntegerField(default=0)),
                        ('words', models.CharField(max_length=400)),
                        ('pdf', models.FileField(blank=True, upload_to='invoices/%Y/%m')),
                        ('error', models.CharField(blank=True, max_length=500)),
                        ('next_attempt_at', models.DateTimeField(null=True)),
                        ('version', models.PositiveIntegerField(default=1)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('updated_at', models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['-created_at', '-id'], name='invoice_newest'), django.contrib.postgres.indexes.GinIndex(fields=['buyer_folded'], name='invoice_buyer_trgm', opclasses=['gin_trgm_ops']), models.Index(fields=['status', '-created_at', '-id'], name='invoice_by_status'), models.Index(condition=models.Q(('next_attempt_at__isnull', False)), fields=['next_attempt_at'], name='invoice_due')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'original'), models.Q(('status', 'dropped'), _negated=True)), fields=('order',), name='one_active_invoice_per_order'), models.UniqueConstraint(condition=models.Q(('number__isnull', False)), fields=('account', 'template_code', 'series', 'number'), name='one_invoice_per_number'), models.CheckConstraint(condition=models.Q(('discount_vnd__gte', 0), ('net_vnd__gte', 0), ('tax_vnd__gte', 0), ('total_vnd__gte', 0)), name='invoice_amounts_not_negative'), models.CheckConstraint(condition=models.Q(('total_vnd', django.db.models.expressions.CombinedExpression(models.F('net_vnd'), '+', models.F('tax_vnd')))), name='invoice_net_plus_tax'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['coded', 'issued']), _negated=True), ('number__isnull', False), _connector='OR'), name='issued_invoice_has_number')],
                    },
                ),
                migrations.CreateModel(
                    name='InvoiceLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='invoicing.invoice')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('kind', models.CharField(choices=[('goods', 'Hàng hóa'), ('fee', 'Phí'), ('discount', 'Chiết khấu')], default='goods', max_length=10)),
                        ('sku', models.CharField(blank=True, max_length=64)),
                        ('name', models.CharField(max_length=500)),
                        ('unit', models.CharField(blank=True, max_length=50)),
                        ('quantity', models.PositiveIntegerField()),
                        ('unit_price', models.DecimalField(decimal_places=6, max_digits=20)),
                        ('listed_vnd', models.BigIntegerField()),
                        ('discount_vnd', models.BigIntegerField(default=0)),
                        ('net_vnd', models.BigIntegerField()),
                        ('vat_rate', models.SmallIntegerField()),
                        ('tax_vnd', models.BigIntegerField()),
                        ('gross_vnd', models.BigIntegerField()),
                    ],
                    options={
                        'ordering': ['position'],
                        'constraints': [models.UniqueConstraint(fields=('invoice', 'position'), name='one_invoice_line_per_position'), models.CheckConstraint(condition=models.Q(('discount_vnd__gte', 0), ('listed_vnd__gte', 0), ('net_vnd__gte', 0), ('tax_vnd__gte', 0)), name='invoice_line_amounts_not_negative'), models.CheckConstraint(condition=models.Q(('gross_vnd', django.db.models.expressions.CombinedExpression(models.F('net_vnd'), '+', models.F('tax_vnd'))), ('net_vnd', django.db.models.expressions.CombinedExpression(models.F('listed_vnd'), '-', models.F('discount_vnd')))), name='invoice_line_adds_up')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Payment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('amount_vnd', models.BigIntegerField()),
                        ('currency', models.CharField(db_default='VND', default='VND', max_length=3)),
                        ('rate', models.DecimalField(db_default=Decimal('1'), decimal_places=8, default=Decimal('1'), max_digits=18)),
                        ('exchange_difference_vnd', models.BigIntegerField(db_default=0, default=0)),
                        ('method', models.CharField(choices=[('cash', 'Tiền mặt'), ('bank', 'Chuyển khoản'), ('cod', 'Thu hộ (COD)'), ('card', 'Thẻ'), ('wallet', 'Ví điện tử'), ('marketplace', 'Sàn thanh toán')], max_length=20)),
                        ('reference', models.CharField(blank=True, max_length=100)),
                        ('received_at', models.DateTimeField()),
                        ('source_kind', models.CharField(max_length=30)),
                        ('source_id', models.CharField(max_length=100)),
                        ('actor_kind', models.CharField(max_length=20)),
                        ('actor_id', models.BigIntegerField(null=True)),
                        ('actor_label', models.CharField(max_length=150)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['-received_at', '-id'], name='payment_newest')],
                        'constraints': [models.UniqueConstraint(fields=('source_kind', 'source_id'), name='one_payment_per_source'), models.CheckConstraint(condition=models.Q(('amount_vnd__gt', 0)), name='payment_is_positive')],
                    },
                ),
                migrations.CreateModel(
                    name='PaymentApplication',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('payment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='applications', to='invoicing.payment')),
                        ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payment_applications', to='orders.order')),
                        ('amount_vnd', models.BigIntegerField()),
                        ('amount_minor', models.BigIntegerField(null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('payment', 'order'), name='one_application_per_payment_and_order'), models.CheckConstraint(condition=models.Q(('amount_vnd__gt', 0)), name='application_is_positive')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='AdjustmentProposal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='invoice_proposal', to='orders.return')),
                        ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='invoicing.invoice')),
                        ('status', models.CharField(choices=[('open', 'Chờ điều chỉnh'), ('done', 'Đã điều chỉnh'), ('dismissed', 'Không điều chỉnh')], default='open', max_length=10)),
                        ('net_vnd', models.BigIntegerField()),
                        ('tax_vnd', models.BigIntegerField()),
                        ('total_vnd', models.BigIntegerField()),
                        ('adjusting', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='adjusts', to='invoicing.invoice')),
                        ('answer', models.CharField(blank=True, default='', max_length=200)),
                        ('decided_by', models.CharField(blank=True, default='', max_length=150)),
                        ('decided_at', models.DateTimeField(blank=True, null=True)),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': 'Đề xuất điều chỉnh hóa đơn',
                        'ordering': ['-id'],
                        'indexes': [models.Index(fields=['status', '-id'], name='proposal_by_status')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('total_vnd', django.db.models.expressions.CombinedExpression(models.F('net_vnd'), '+', models.F('tax_vnd'))), ('total_vnd__gt', 0)), name='proposal_net_plus_tax'), models.CheckConstraint(condition=models.Q(('status', 'open'), models.Q(('answer', ''), _negated=True), _connector='OR'), name='proposal_decided_with_answer')],
                    },
                ),
                migrations.CreateModel(
                    name='AdjustmentLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='invoicing.adjustmentproposal')),
                        ('invoice_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='invoicing.invoiceline')),
                        ('quantity', models.PositiveIntegerField()),
                        ('net_vnd', models.BigIntegerField()),
                        ('tax_vnd', models.BigIntegerField()),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [models.UniqueConstraint(fields=('proposal', 'invoice_line'), name='proposal_line_once')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Refund',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='orders.order')),
                        ('amount_vnd', models.BigIntegerField(verbose_name='Số tiền')),
                        ('amount_minor', models.BigIntegerField(null=True)),
                        ('currency', models.CharField(db_default='VND', default='VND', max_length=3)),
                        ('rate', models.DecimalField(db_default=Decimal('1'), decimal_places=8, default=Decimal('1'), max_digits=18)),
                        ('exchange_difference_vnd', models.BigIntegerField(db_default=0, default=0)),
                        ('method', models.CharField(choices=[('cash', 'Tiền mặt'), ('bank', 'Chuyển khoản'), ('cod', 'Thu hộ (COD)'), ('card', 'Thẻ'), ('wallet', 'Ví điện tử'), ('marketplace', 'Sàn thanh toán')], max_length=20)),
                        ('reference', models.CharField(blank=True, max_length=100)),
                        ('refunded_at', models.DateTimeField()),
                        ('source_kind', models.CharField(max_length=30)),
                        ('source_id', models.CharField(max_length=100)),
                        ('actor_kind', models.CharField(max_length=20)),
                        ('actor_id', models.BigIntegerField(null=True)),
                        ('actor_label', models.CharField(max_length=150)),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        'verbose_name': 'Hoàn tiền',
                        'ordering': ['-refunded_at', '-id'],
                        'constraints': [models.UniqueConstraint(fields=('source_kind', 'source_id'), name='one_refund_per_source'), models.CheckConstraint(condition=models.Q(('amount_vnd__gt', 0)), name='refund_is_positive')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='TaxRate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('valid_from', models.DateField(verbose_name='Từ ngày')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='Đến ngày')),
                        ('source', models.CharField(max_length=300, verbose_name='Căn cứ')),
                        ('product_rate', models.SmallIntegerField()),
                        ('applied_rate', models.SmallIntegerField()),
                        ('label', models.CharField(max_length=40)),
                    ],
                    options={
                        'abstract': False,
                        'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='taxrate_ends_after_start'), models.UniqueConstraint(fields=('product_rate', 'valid_from'), name='one_tax_rate_per_start')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='InvoiceForm',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('valid_from', models.DateField(verbose_name='Từ ngày')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='Đến ngày')),
                        ('source', models.CharField(max_length=300, verbose_name='Căn cứ')),
                        ('digit', models.CharField(max_length=1)),
                        ('name', models.CharField(max_length=200)),
                        ('has_vat', models.BooleanField()),
                    ],
                    options={
                        'abstract': False,
                        'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='invoiceform_ends_after_start'), models.UniqueConstraint(fields=('digit', 'valid_from'), name='one_invoice_form_per_start')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='SymbolPattern',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('valid_from', models.DateField(verbose_name='Từ ngày')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='Đến ngày')),
                        ('source', models.CharField(max_length=300, verbose_name='Căn cứ')),
                        ('pattern', models.CharField(max_length=100)),
                        ('note', models.CharField(max_length=300)),
                    ],
                    options={
                        'abstract': False,
                        'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='symbolpattern_ends_after_start')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='LegalText',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('valid_from', models.DateField(verbose_name='Từ ngày')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='Đến ngày')),
                        ('source', models.CharField(max_length=300, verbose_name='Căn cứ')),
                        ('key', models.CharField(max_length=40)),
                        ('text', models.CharField(max_length=300)),
                    ],
                    options={
                        'abstract': False,
                        'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='legaltext_ends_after_start'), models.UniqueConstraint(fields=('key', 'valid_from'), name='one_legal_text_per_start')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Submission',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='submissions', to='invoicing.invoice')),
                        ('kind', models.CharField(choices=[('send', 'Gửi phát hành'), ('look_up', 'Tra cứu')], max_length=10)),
                        ('outcome', models.CharField(choices=[('running', 'Đang chờ trả lời'), ('issued', 'Đã phát hành'), ('refused', 'Bị từ chối'), ('not_sent', 'Chưa gửi được'), ('unknown', 'Không rõ kết quả'), ('not_found', 'Chưa có hóa đơn')], default='running', max_length=10)),
                        ('message', models.CharField(blank=True, max_length=500)),
                        ('started_at', models.DateTimeField()),
                        ('finished_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'ordering': ['-started_at', '-id'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('finished_at__isnull', True)), fields=('invoice',), name='one_running_submission_per_invoice')],
                        'indexes': [],
                    },
                ),
            ],
        ),
    ]
