"""Words for money that nobody knows, and lines that keep what they were told as."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels_sync', '0003_listing_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='MoneyWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('marketplace', models.CharField(max_length=30)),
                ('word', models.CharField(max_length=120)),
                ('counts_as', models.CharField(blank=True, choices=[('goods', 'Tiền hàng'), ('shipping_paid', 'Phí ship khách trả'), ('commission', 'Phí cố định (hoa hồng)'), ('service', 'Phí dịch vụ'), ('payment', 'Phí thanh toán'), ('shipping', 'Phí vận chuyển'), ('voucher', 'Mã giảm giá'), ('affiliate', 'Phí tiếp thị liên kết'), ('tax', 'Thuế khấu trừ'), ('refund', 'Hoàn trả'), ('moved', 'Chỉ chuyển tiền, không phải thu hay chi'), ('other', 'Khoản khác'), ('beside', 'Không thuộc đơn nào')], default='', max_length=20)),
                ('first_seen_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('actor_kind', models.CharField(blank=True, default='', max_length=20)),
                ('actor_id', models.BigIntegerField(blank=True, null=True)),
                ('actor_label', models.CharField(blank=True, default='', max_length=150)),
            ],
            options={
                'verbose_name': 'Khoản tiền lạ của sàn',
                'ordering': ('marketplace', 'word'),
            },
        ),
        migrations.AddField(
            model_name='orderfee',
            name='told_kind',
            field=models.CharField(blank=True, db_default='', default='', max_length=20),
        ),
        migrations.AddField(
            model_name='orderfee',
            name='told_remote_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='orderfee',
            name='word',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
        migrations.AlterField(
            model_name='orderfee',
            name='kind',
            field=models.CharField(choices=[('goods', 'Tiền hàng'), ('shipping_paid', 'Phí ship khách trả'), ('commission', 'Phí cố định (hoa hồng)'), ('service', 'Phí dịch vụ'), ('payment', 'Phí thanh toán'), ('shipping', 'Phí vận chuyển'), ('voucher', 'Mã giảm giá'), ('affiliate', 'Phí tiếp thị liên kết'), ('tax', 'Thuế khấu trừ'), ('refund', 'Hoàn trả'), ('moved', 'Chỉ chuyển tiền, không phải thu hay chi'), ('other', 'Khoản khác')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='moneyword',
            constraint=models.UniqueConstraint(fields=('marketplace', 'word'), name='money_word_once'),
        ),
        migrations.AddConstraint(
            model_name='moneyword',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('counts_as', ''), ('decided_at__isnull', True)), models.Q(models.Q(('counts_as', ''), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='money_word_choice_has_its_day'),
        ),
    ]
