"""What the house does by itself, and when."""

from celery.schedules import crontab

from oms.settings.env import env

# How often shops are read.
CHANNELS_POLL_SECONDS = env.float("OMS_CHANNELS_POLL_SECONDS", default=60.0)
SCHEDULE: dict[str, dict] = {
    "relay-events": {"task": "oms.kernel.tasks.relay_events", "schedule": 5.0},
    "sweep-inbox": {"task": "oms.kernel.tasks.process_inbox", "schedule": 10.0},
    "book-packages": {"task": "shipping.tasks.book_due_packages", "schedule": 10.0},
    "poll-packages": {"task": "shipping.tasks.poll_quiet_packages", "schedule": 60.0},
    "remove-old-scans": {
        "task": "shipping.tasks.remove_old_scans",
        "schedule": crontab(hour=4, minute=40),
    },
    "resume-remittances": {"task": "shipping.tasks.resume_shares", "schedule": 60.0},
    "remove-old-proofs": {
        "task": "shipping.tasks.remove_old_proofs",
        "schedule": crontab(hour=2, minute=45),
    },
    "tidy-print-runs": {"task": "shipping.tasks.tidy_print_runs", "schedule": 300.0},
    "count-ward-records": {
        "task": "shipping.tasks.count_ward_records",
        "schedule": crontab(hour=3, minute=20),
    },
    "sweep-invoices": {"task": "invoicing.tasks.sweep_invoices", "schedule": 10.0},
    "poll-shops": {"task": "channels_sync.tasks.poll_shops", "schedule": CHANNELS_POLL_SECONDS},
    "refresh-tokens": {"task": "channels_sync.tasks.refresh_tokens", "schedule": 300.0},
    "push-due-stock": {"task": "channels_sync.tasks.push_due_stock", "schedule": 10.0},
    "push-due-products": {"task": "channels_sync.tasks.push_due_products", "schedule": 30.0},
    "sweep-channel-packages": {"task": "channels_sync.tasks.sweep_packages", "schedule": 10.0},
    "read-back-stock": {
        "task": "channels_sync.tasks.read_back_stock",
        "schedule": crontab(hour=2, minute=40),
    },
    "settle-promises": {"task": "orders.tasks.settle_promises", "schedule": 600.0},
    "resume-bulk": {"task": "orders.tasks.resume_bulk", "schedule": 30.0},
    "remove-old-bulk": {
        "task": "orders.tasks.remove_old_bulk",
        "schedule": crontab(hour=4, minute=20),
    },
    "resume-imports": {"task": "inventory.tasks.resume_imports", "schedule": 60.0},
    "remove-old-files": {
        "task": "inventory.tasks.remove_old_files",
        "schedule": crontab(hour=4, minute=30),
    },
    "make-thumbnails": {
        "task": "inventory.tasks.make_missing_thumbnails",
        "schedule": 600.0,
    },
    "sweep-purchase-mails": {"task": "inventory.tasks.sweep_purchase_mails", "schedule": 60.0},
    "remove-old-answers": {
        "task": "oms.accounts.tasks.remove_old_answers",
        "schedule": crontab(hour=4, minute=5),
    },
    "sweep-orphan-files": {
        "task": "oms.kernel.tasks.sweep_orphan_files",
        "schedule": crontab(hour=2, minute=20),
    },
    "check-books": {
        "task": "oms.kernel.tasks.check_books",
        "schedule": crontab(hour=3, minute=40),
    },
    "refresh-customers": {
        "task": "orders.tasks.refresh_customers",
        "schedule": crontab(hour=4, minute=50),
    },
    "count-recent-profits": {
        "task": "orders.tasks.count_recent_profits",
        "schedule": crontab(hour=5, minute=0),
    },
    "erase-due-orders": {
        "task": "orders.tasks.erase_due_orders",
        "schedule": crontab(hour=5, minute=10),
    },
    "purge-drafts": {
        "task": "orders.tasks.purge_drafts",
        "schedule": crontab(hour=4, minute=20),
    },
    "sweep-quotation-mails": {"task": "orders.tasks.sweep_quotation_mails", "schedule": 60.0},
    "settle-holds": {"task": "orders.tasks.settle_holds", "schedule": crontab(minute=7)},
    "expire-quotations": {
        "task": "orders.tasks.expire_quotations",
        "schedule": crontab(hour=0, minute=10),
    },
    "make-recurring-orders": {
        "task": "orders.tasks.make_recurring_orders",
        "schedule": crontab(minute="*/5"),
    },
    "end-channel-sales": {"task": "inventory.tasks.end_channel_sales", "schedule": 60.0},
    "plan-replenishment": {
        "task": "inventory.tasks.plan_replenishment",
        "schedule": crontab(hour=4, minute=40),
    },
    "tell-expired": {
        "task": "inventory.tasks.tell_expired",
        "schedule": crontab(hour=0, minute=5),
    },
    "settle-claim-alerts": {
        "task": "shipping.tasks.settle_claim_alerts",
        "schedule": crontab(hour=6, minute=0),
    },
    "settle-stock-alerts": {
        "task": "inventory.tasks.settle_stock_alerts",
        "schedule": crontab(hour=4, minute=10),
    },
    "pull-channel-fees": {
        "task": "channels_sync.tasks.pull_fees",
        "schedule": crontab(hour=3, minute=40),
    },
    "pull-channel-returns": {
        "task": "channels_sync.tasks.pull_returns",
        "schedule": 600.0,
    },
    "settle-late-returns": {
        "task": "orders.tasks.settle_late_returns",
        "schedule": crontab(hour=6, minute=20),
    },
    "remove-return-photos": {
        "task": "orders.tasks.remove_return_photos",
        "schedule": crontab(hour=2, minute=35),
    },
    "warn-of-consent": {
        "task": "channels_sync.tasks.warn_of_consent",
        "schedule": 3600.0,
    },
    "reconcile-shops": {
        "task": "channels_sync.tasks.reconcile_shops",
        "schedule": crontab(hour=3, minute=10),
    },
}
