import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from projects.tables import CreateModels


class Migration(migrations.Migration):

    replaces = [
        ('reports', '0001_documents'),
        ('reports', '0002_bulletins'),
        ('reports', '0004_findings_of_proofs'),
        ('reports', '0005_inspection_papers'),
        ('reports', '0006_measure_notices'),
    ]

    initial = True

    dependencies = [
        ('projects', '0001_initial'),
        ('scheduling', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='BookletProof',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='booklet_proofs', to='scheduling.inspectionround')),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='生成人')),
                    ('asked_at', models.DateTimeField(verbose_name='提出时间')),
                    ('snapshot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.storedfile', verbose_name='数据')),
                    ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.storedfile', verbose_name='版式')),
                    ('made_at', models.DateTimeField(null=True, verbose_name='生成时间')),
                ],
                options={
                    'verbose_name': '手册预览稿',
                    'verbose_name_plural': '手册预览稿',
                    'ordering': ['-pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', False), ('made_at__isnull', False), ('snapshot__isnull', False)), models.Q(('file__isnull', True), ('made_at__isnull', True), ('snapshot__isnull', True)), _connector='OR'), name='booklet_proof_made_whole')],
                },
            ),
            migrations.CreateModel(
                name='BulletinRule',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('effective_on', models.DateField(unique=True, verbose_name='生效日期')),
                    ('form', models.CharField(choices=[('OFFICIAL', '公文（红头通报）'), ('BRIEF', '简报（编期号）')], default='OFFICIAL', max_length=8, verbose_name='形式')),
                    ('mark', models.CharField(default='{district}人民政府办公室文件', max_length=60, verbose_name='发文机关标志')),
                    ('brief_mark', models.CharField(default='{district}重点项目建设通报', max_length=60, verbose_name='简报名称')),
                    ('code', models.CharField(default='×政办发', max_length=20, verbose_name='机关代字')),
                    ('addressee', models.CharField(default='各镇人民政府、街道办事处，区政府各部门、各直属机构：', max_length=300, verbose_name='主送机关')),
                    ('signature', models.CharField(default='{district}人民政府办公室', max_length=60, verbose_name='署名')),
                    ('remark', models.CharField(blank=True, default='', max_length=100, verbose_name='附注')),
                    ('cc', models.CharField(blank=True, default='区委办公室，区人大常委会办公室，区政协办公室。', max_length=300, verbose_name='抄送')),
                    ('printer', models.CharField(default='{district}人民政府办公室', max_length=60, verbose_name='印发机关')),
                    ('copies', models.PositiveSmallIntegerField(default=60, verbose_name='印数')),
                    ('cutoff_day', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='数据截止日')),
                    ('draft_after', models.PositiveSmallIntegerField(default=0, verbose_name='截止后几天起草')),
                    ('fewest', models.PositiveSmallIntegerField(default=3, verbose_name='上榜最少单位数')),
                    ('honoured', models.PositiveSmallIntegerField(default=3, verbose_name='红榜名额')),
                    ('lagging', models.PositiveSmallIntegerField(default=3, verbose_name='黑榜名额')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                    ('recorded_at', models.DateTimeField(null=True, verbose_name='登记时间')),
                ],
                options={
                    'verbose_name': '通报规则',
                    'verbose_name_plural': '通报规则',
                    'ordering': ['-effective_on'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('cutoff_day__isnull', True), models.Q(('cutoff_day__gte', 1), ('cutoff_day__lte', 28)), _connector='OR'), name='bulletin_rule_cutoff_in_every_month', violation_error_message='数据截止日请填 1 至 28，留空为月末。'), models.CheckConstraint(condition=models.Q(('draft_after__lte', 27)), name='bulletin_rule_drafts_within_a_month', violation_error_message='起草须在下一次截止之前：请填 0 至 27 天。'), models.CheckConstraint(condition=models.Q(('fewest__gte', 2)), name='bulletin_rule_ranks_at_least_two', violation_error_message='排名至少要有 2 家单位。')],
                },
            ),
            migrations.CreateModel(
                name='Document',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('WEEKLY_DISPATCH', '周调度单'), ('MONTHLY_BULLETIN', '月通报'), ('ERRATUM', '更正通报'), ('HANDOVER', '交接单'), ('INSPECTION_BOOKLET', '观摩手册'), ('INSPECTION_RESULT', '观摩结果'), ('MEASURE_NOTICE', '结果运用通知')], max_length=20, verbose_name='文种')),
                    ('subject', models.CharField(max_length=100, verbose_name='对象')),
                    ('title', models.CharField(max_length=200, verbose_name='标题')),
                    ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='projects.unit', verbose_name='单位')),
                    ('period', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='scheduling.reportperiod', verbose_name='报告期')),
                    ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='scheduling.inspectionround', verbose_name='季度观摩')),
                    ('series', models.CharField(blank=True, default='', max_length=30, verbose_name='编号系列')),
                    ('year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='编号年份')),
                    ('serial', models.PositiveIntegerField(blank=True, null=True, verbose_name='序号')),
                    ('number', models.CharField(blank=True, default='', max_length=60, verbose_name='文号')),
                    ('previous', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='following', to='reports.document', verbose_name='上一期')),
                    ('edition', models.CharField(max_length=20, verbose_name='算法版本')),
                    ('known_at', models.DateTimeField(verbose_name='数据时点')),
                    ('content', models.TextField(verbose_name='快照')),
                    ('digest', models.CharField(max_length=64)),
                    ('composed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='拟稿人')),
                    ('composed_at', models.DateTimeField(verbose_name='生成时间')),
                ],
                options={
                    'verbose_name': '文书',
                    'verbose_name_plural': '文书',
                    'ordering': ['-composed_at', '-pk'],
                    'indexes': [models.Index(fields=['period', 'unit'], name='document_of_period')],
                    'constraints': [models.UniqueConstraint(fields=('kind', 'subject'), name='document_once_per_subject'), models.UniqueConstraint(condition=models.Q(('serial__isnull', False)), fields=('series', 'year', 'serial'), name='document_number_once'), models.CheckConstraint(condition=models.Q(models.Q(('number', ''), ('serial__isnull', True), ('series', ''), ('year__isnull', True)), models.Q(('serial__gte', 1), ('year__isnull', False), models.Q(('series', ''), _negated=True), models.Q(('number', ''), _negated=True)), _connector='OR'), name='document_number_whole'), models.UniqueConstraint(condition=models.Q(('serial__isnull', False)), fields=('previous',), name='document_followed_once'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('INSPECTION_BOOKLET', 'INSPECTION_RESULT')), ('round__isnull', False), ('serial__isnull', False)), models.Q(('round__isnull', True), models.Q(('kind__in', ('INSPECTION_BOOKLET', 'INSPECTION_RESULT')), _negated=True)), _connector='OR'), name='document_of_a_round_names_it'), models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='document_digest_is_sha256'), models.CheckConstraint(condition=models.Q(('previous__isnull', True), models.Q(('previous', models.F('id')), _negated=True), _connector='OR'), name='document_not_its_own_previous')],
                },
            ),
            migrations.CreateModel(
                name='Rendition',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='renditions', to='reports.document')),
                    ('format', models.CharField(choices=[('PDF', 'PDF'), ('DOCX', 'Word'), ('XLSX', 'Excel')], max_length=4, verbose_name='格式')),
                    ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.storedfile', verbose_name='文件')),
                    ('rendered_at', models.DateTimeField(verbose_name='生成时间')),
                ],
                options={
                    'verbose_name': '文书版式',
                    'verbose_name_plural': '文书版式',
                    'constraints': [models.UniqueConstraint(fields=('document', 'format'), name='rendition_once_per_format')],
                },
            ),
            migrations.CreateModel(
                name='Draft',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('MONTHLY_BULLETIN', '月通报'), ('ERRATUM', '更正通报'), ('MEASURE_NOTICE', '结果运用通知')], max_length=20, verbose_name='文种')),
                    ('subject', models.CharField(max_length=100, verbose_name='对象')),
                    ('period', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='scheduling.reportperiod', verbose_name='报告期')),
                    ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='reports.document', verbose_name='更正的文书')),
                    ('measure', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='scheduling.measure', verbose_name='结果运用')),
                    ('form', models.CharField(max_length=8, verbose_name='形式')),
                    ('mark', models.CharField(max_length=100, verbose_name='发文机关标志')),
                    ('code', models.CharField(max_length=20, verbose_name='机关代字')),
                    ('signature', models.CharField(max_length=100, verbose_name='署名')),
                    ('printer', models.CharField(max_length=100, verbose_name='印发机关')),
                    ('edition', models.CharField(max_length=20, verbose_name='算法版本')),
                    ('known_at', models.DateTimeField(verbose_name='数据时点')),
                    ('facts', models.TextField(verbose_name='数据快照')),
                    ('facts_digest', models.CharField(max_length=64)),
                    ('state', models.CharField(choices=[('DRAFT', '拟稿'), ('CHECKING', '核稿'), ('SIGNING', '待签发'), ('SIGNED', '已签发'), ('REGISTERED', '已登记'), ('ISSUED', '已印发'), ('VOID', '已作废')], default='DRAFT', max_length=10, verbose_name='状态')),
                    ('text', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.drafttext', verbose_name='现行文稿')),
                    ('drafted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='起草人')),
                    ('drafted_at', models.DateTimeField(verbose_name='起草时间')),
                    ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='拟稿人')),
                    ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='核稿人')),
                    ('signed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='签发人')),
                    ('signed_at', models.DateTimeField(null=True, verbose_name='签发时间')),
                    ('original_signer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='原签发人')),
                    ('document', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='reports.document', verbose_name='登记的文书')),
                    ('is_public', models.BooleanField(default=False, verbose_name='公开')),
                    ('ended_at', models.DateTimeField(null=True, verbose_name='办结时间')),
                ],
                options={
                    'verbose_name': '文稿',
                    'verbose_name_plural': '文稿',
                    'ordering': ['-drafted_at', '-pk'],
                    'constraints': [models.UniqueConstraint(fields=('kind', 'subject'), name='draft_once_per_subject'), models.CheckConstraint(condition=models.Q(('facts_digest__regex', '^[0-9a-f]{64}$')), name='draft_digest_is_sha256'), models.CheckConstraint(condition=models.Q(('checked_by__isnull', True), models.Q(('checked_by', models.F('submitted_by')), _negated=True), _connector='OR'), name='draft_checked_by_another'), models.CheckConstraint(condition=models.Q(('signed_by__isnull', True), models.Q(models.Q(('signed_by', models.F('submitted_by')), _negated=True), models.Q(('signed_by', models.F('checked_by')), _negated=True)), _connector='OR'), name='draft_signed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True)), models.Q(('checked_by__isnull', False), ('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='draft_signed_once_checked'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['SIGNED', 'REGISTERED', 'ISSUED']), _negated=True), ('signed_by__isnull', False), _connector='OR'), name='draft_goes_on_once_signed'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['REGISTERED', 'ISSUED']), _negated=True), ('document__isnull', False), _connector='OR'), name='draft_registered_as_a_document'), models.CheckConstraint(condition=models.Q(('document__isnull', True), ('state__in', ['REGISTERED', 'ISSUED', 'VOID']), _connector='OR'), name='draft_is_not_altered_once_registered'), models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', False), ('kind', 'ERRATUM')), models.Q(models.Q(('kind', 'ERRATUM'), _negated=True), ('corrects__isnull', True)), _connector='OR'), name='draft_of_an_erratum_names_what_it_corrects'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'MEASURE_NOTICE'), ('measure__isnull', False)), models.Q(models.Q(('kind', 'MEASURE_NOTICE'), _negated=True), ('measure__isnull', True)), _connector='OR'), name='draft_of_a_notice_names_its_measure'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ['ISSUED', 'VOID'])), models.Q(models.Q(('state__in', ['ISSUED', 'VOID']), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='draft_ends_issued_or_void')],
                },
            ),
            migrations.CreateModel(
                name='DraftText',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='texts', to='reports.draft', verbose_name='文稿')),
                    ('sequence', models.PositiveSmallIntegerField(verbose_name='版次')),
                    ('title', models.CharField(max_length=200, verbose_name='标题')),
                    ('addressee', models.CharField(blank=True, max_length=300, verbose_name='主送机关')),
                    ('remark', models.CharField(blank=True, max_length=100, verbose_name='附注')),
                    ('cc', models.CharField(blank=True, max_length=300, verbose_name='抄送')),
                    ('copies', models.PositiveSmallIntegerField(default=60, verbose_name='印数')),
                    ('sections', models.JSONField(default=list, verbose_name='正文')),
                    ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='修改人')),
                    ('recorded_at', models.DateTimeField(verbose_name='修改时间')),
                    ('proof', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.storedfile', verbose_name='清样')),
                    ('proof_findings', models.JSONField(default=list, verbose_name='版式检查')),
                ],
                options={
                    'verbose_name': '文稿版本',
                    'verbose_name_plural': '文稿版本',
                    'ordering': ['-sequence'],
                    'constraints': [models.UniqueConstraint(fields=('draft', 'sequence'), name='draft_text_once_per_sequence')],
                },
            ),
            migrations.CreateModel(
                name='DraftMove',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='reports.draft', verbose_name='文稿')),
                    ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.drafttext', verbose_name='文稿版本')),
                    ('kind', models.CharField(choices=[('SUBMITTED', '送核'), ('CHECKED', '核稿通过'), ('SIGNED', '签发'), ('RETURNED', '退回'), ('REOPENED', '签发后修改'), ('REGISTERED', '登记编号'), ('ISSUED', '印发'), ('VOIDED', '作废')], max_length=10, verbose_name='动作')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
                    ('principal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='代为办理')),
                    ('at', models.DateTimeField(verbose_name='办理时间')),
                    ('note', models.CharField(blank=True, max_length=300, verbose_name='意见')),
                ],
                options={
                    'verbose_name': '办文记录',
                    'verbose_name_plural': '办文记录',
                    'ordering': ['at', 'pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['RETURNED', 'REOPENED', 'VOIDED']), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='draft_move_says_why'), models.CheckConstraint(condition=models.Q(('principal__isnull', True), models.Q(('principal', models.F('by')), _negated=True), _connector='OR'), name='draft_move_for_another')],
                },
            ),
            migrations.CreateModel(
                name='Receipt',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='reports.document', verbose_name='文书')),
                    ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.unit', verbose_name='送达单位')),
                    ('notice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt', to='scheduling.notice', verbose_name='通知')),
                    ('reminded_at', models.DateTimeField(null=True, verbose_name='最近催阅时间')),
                ],
                options={
                    'verbose_name': '印发回执',
                    'verbose_name_plural': '印发回执',
                    'ordering': ['unit__sort_key', 'pk'],
                    'constraints': [models.UniqueConstraint(fields=('document', 'unit'), name='receipt_once_per_unit')],
                },
            ),
        ]),
    ]
