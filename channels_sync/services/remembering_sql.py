"""The statements that keep a page of orders and their parcels, each one for the whole page."""

# ruff: noqa: S608 (constants joined with constants)

ORDER_COLUMNS = {
    "remote_id": "text",
    "order_id": "bigint",
    "was_placed": "boolean",
    "remote_status": "text",
    "state": "text",
    "remote_created_at": "timestamptz",
    "remote_updated_at": "timestamptz",
    "version": "bigint",
    "payload": "jsonb",
    "is_split": "boolean",
    "seller_voucher_vnd": "bigint",
    "platform_voucher_vnd": "bigint",
    "answer_until": "timestamptz",
    "held": "jsonb",
    "imported_at": "timestamptz",
}
PARCEL_COLUMNS = {
    "remote_order_id": "bigint",
    "package_number": "text",
    "is_numbered": "boolean",
    "unit_ids": "text[]",
    "carrier_name": "text",
    "logistics_status": "text",
}


def _told(columns: dict[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def _renewed(columns: dict[str, str], key: set[str]) -> str:
    return ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)


KEEP_ORDERS = f"""
INSERT INTO channels_sync_remoteorder
    (shop_id, {", ".join(ORDER_COLUMNS)}, cancel_answer, applied_version)
SELECT %(shop)s::bigint, {", ".join(ORDER_COLUMNS)}, '', 0
FROM jsonb_to_recordset(%(rows)s::jsonb) AS told ({_told(ORDER_COLUMNS)})
ORDER BY remote_id
ON CONFLICT (shop_id, remote_id) DO UPDATE SET {_renewed(ORDER_COLUMNS, {"remote_id"})}
RETURNING id, remote_id, order_id, version, state, remote_status
"""
KEEP_PARCELS = f"""
INSERT INTO channels_sync_remotepackage
    ({", ".join(PARCEL_COLUMNS)}, tracking_number, own_tracking_number, arrangement, waybill,
    document_type, attempts, last_error)
SELECT {", ".join(PARCEL_COLUMNS)}, '', '', 'none', 'none', '', 0, ''
FROM jsonb_to_recordset(%(rows)s::jsonb) AS told ({_told(PARCEL_COLUMNS)})
ORDER BY remote_order_id, package_number
ON CONFLICT (remote_order_id, package_number) DO UPDATE
    SET {_renewed(PARCEL_COLUMNS, {"remote_order_id", "package_number"})}
"""
