"""Where each kind of work waits: partners' messages first, then what is owed, then the rest.

Each has processes of its own: a burst of messages never keeps a stock number waiting, nor a long
reading or paper either of them. A worker that serves several takes from them in this order.
"""

INBOX, OUTBOX, SLOW = "inbox", "outbox", "slow"
QUEUES = (INBOX, OUTBOX, SLOW)

_OF = {
    INBOX: ("oms.kernel.tasks.process_inbox",),
    OUTBOX: (
        "oms.kernel.tasks.publish_events",
        "oms.kernel.tasks.relay_events",
        "channels_sync.tasks.renew_access",
        "channels_sync.tasks.push_stock",
        "channels_sync.tasks.push_due_stock",
        "channels_sync.tasks.send_arrangement",
        "channels_sync.tasks.fetch_waybill",
        "shipping.tasks.book_package",
        "shipping.tasks.book_due_packages",
        "shipping.tasks.fetch_own_label",
        "orders.tasks.quote_delivery",
        "invoicing.tasks.submit_invoice",
    ),
}
ROUTES = {task: {"queue": queue} for queue, tasks in _OF.items() for task in tasks}
DECLARED = {name: {"exchange": name, "routing_key": name} for name in QUEUES}
