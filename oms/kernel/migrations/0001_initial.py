import django.contrib.postgres.indexes
import django.db.models.deletion
import oms.kernel.first_tables
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        oms.kernel.first_tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Event',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60)),
                        ('subject_kind', models.CharField(max_length=40)),
                        ('subject_id', models.BigIntegerField()),
                        ('about_kind', models.CharField(max_length=40)),
                        ('about_id', models.BigIntegerField()),
                        ('actor_kind', models.CharField(max_length=10)),
                        ('actor_id', models.BigIntegerField(null=True)),
                        ('actor_label', models.CharField(max_length=150)),
                        ('data', models.JSONField(default=dict)),
                        ('created_at', models.DateTimeField()),
                        ('published_at', models.DateTimeField(null=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('next_attempt_at', models.DateTimeField(null=True)),
                        ('last_error', models.TextField(blank=True, default='')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['about_kind', 'about_id', '-id'], name='event_timeline'), models.Index(condition=models.Q(('published_at', None)), fields=['id'], name='event_waiting'), models.Index(condition=models.Q(('actor_kind', 'user')), fields=['actor_id', '-id'], name='event_of_person'), models.Index(condition=models.Q(('actor_kind', 'user')), fields=['-id'], name='event_of_people'), django.contrib.postgres.indexes.BrinIndex(fields=['created_at'], name='event_by_time')],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='InboxMessage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('source', models.CharField(max_length=40)),
                        ('key', models.CharField(max_length=200)),
                        ('body', models.BinaryField()),
                        ('headers', models.JSONField(default=dict)),
                        ('meta', models.JSONField(default=dict)),
                        ('received_at', models.DateTimeField()),
                        ('processed_at', models.DateTimeField(null=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('next_attempt_at', models.DateTimeField(null=True)),
                        ('last_error', models.TextField(blank=True, default='')),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('processed_at', None)), fields=['id'], name='inbox_waiting')],
                        'constraints': [models.UniqueConstraint(fields=('source', 'key'), name='inbox_once_per_key')],
                    },
                ),
                migrations.CreateModel(
                    name='PartnerCall',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('partner', models.CharField(max_length=40)),
                        ('account', models.CharField(default='', max_length=80)),
                        ('method', models.CharField(max_length=8)),
                        ('path', models.CharField(max_length=300)),
                        ('status', models.PositiveSmallIntegerField(null=True)),
                        ('outcome', models.CharField(max_length=20)),
                        ('duration_ms', models.PositiveIntegerField()),
                        ('request', models.TextField(default='')),
                        ('response', models.TextField(default='')),
                        ('error', models.TextField(default='')),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['partner', '-id'], name='partner_call_recent')],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Job',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=60)),
                        ('status', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='queued', max_length=10)),
                        ('params', models.JSONField(default=dict)),
                        ('total', models.PositiveIntegerField(default=0)),
                        ('done', models.PositiveIntegerField(default=0)),
                        ('failed', models.PositiveIntegerField(default=0)),
                        ('actor_kind', models.CharField(max_length=10)),
                        ('actor_id', models.BigIntegerField(null=True)),
                        ('actor_label', models.CharField(max_length=150)),
                        ('error', models.TextField(blank=True, default='')),
                        ('created_at', models.DateTimeField()),
                        ('finished_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='JobRow',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='kernel.job')),
                        ('key', models.CharField(max_length=120)),
                        ('ok', models.BooleanField()),
                        ('message', models.TextField(blank=True, default='')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('job', 'key'), name='job_row_once_per_key')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='CounterSlot',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80)),
                        ('slot', models.PositiveSmallIntegerField()),
                        ('value', models.BigIntegerField(default=0)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('name', 'slot'), name='counter_slot_once')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='BookCheck',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=120, unique=True)),
                        ('checked_at', models.DateTimeField()),
                        ('took_ms', models.PositiveIntegerField(default=0)),
                        ('differences', models.PositiveIntegerField(default=0)),
                        ('findings', models.JSONField(default=list)),
                    ],
                    options={
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Alert',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=40)),
                        ('key', models.CharField(max_length=120)),
                        ('message', models.TextField()),
                        ('permission', models.CharField(max_length=60)),
                        ('place_kind', models.CharField(blank=True, default='', max_length=20)),
                        ('place_id', models.BigIntegerField(null=True)),
                        ('url', models.CharField(blank=True, default='', max_length=200)),
                        ('data', models.JSONField(default=dict)),
                        ('opened_at', models.DateTimeField()),
                        ('seen_at', models.DateTimeField()),
                        ('closed_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['-opened_at', '-id'], name='alert_open_newest')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('kind', 'key'), name='alert_open_once')],
                    },
                ),
            ],
        ),
    ]
