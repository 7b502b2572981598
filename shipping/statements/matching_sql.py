"""What a statement says beside what we expected: a few statements for any number of lines."""

FIND = """
SELECT DISTINCT ON (g.code) g.code, p.id
FROM unnest(%(codes)s::text[]) AS g (code)
JOIN shipping_package p ON p.account_id = %(account)s::bigint AND p.tracking_number = g.code
    AND NOT p.is_external
ORDER BY g.code, (p.booking_state = 'void'), p.id DESC
"""
FIND_OURS = """
SELECT p.reference, p.id FROM shipping_package p
WHERE p.reference = ANY(%(codes)s::text[]) AND p.account_id = %(account)s::bigint
    AND NOT p.is_external
"""
# Lock order everywhere: order, then package.
LOCK_ORDERS = """
SELECT o.id FROM orders_order o
WHERE o.id IN (SELECT f.order_id FROM shipping_fulfilment f
    JOIN shipping_package p ON p.fulfilment_id = f.id WHERE p.id = ANY(%(packages)s::bigint[]))
ORDER BY o.id FOR NO KEY UPDATE
"""
LOCK_PACKAGES = """
SELECT id FROM shipping_package WHERE id = ANY(%(packages)s::bigint[]) ORDER BY id FOR UPDATE
"""
ADD = """
INSERT INTO shipping_statementline (statement_id, key, row_number, package_id, tracking_number,
    cod_vnd, fee_vnd, return_fee_vnd, other_fee_vnd, charge_vnd, weight_g, delivered_on,
    told_status, verdict, expected_cod_vnd, expected_charge_vnd, step)
SELECT %(statement)s::bigint, g.key, g.row, g.package, g.code, g.cod, g.fee, g.back, g.other,
    g.fee + g.back + g.other, g.weight, nullif(g.day, '')::date, g.status, 'unknown', 0, 0, 'open'
FROM unnest(%(keys)s::text[], %(rows)s::int[], %(packages)s::bigint[], %(codes)s::text[],
    %(cods)s::bigint[], %(fees)s::bigint[], %(backs)s::bigint[], %(others)s::bigint[],
    %(weights)s::int[], %(days)s::text[], %(statuses)s::text[])
    AS g (key, row, package, code, cod, fee, back, other, weight, day, status)
ORDER BY g.row
RETURNING id
"""
# A line is compared with what is left after every earlier line of the same parcel, in whichever
# statement: the rest of a sum is equal to the rest, and the sum once more is a duplicate.
CLASSIFY = """
WITH line AS MATERIALIZED (
    SELECT l.id, l.package_id, l.cod_vnd, l.charge_vnd,
        p.cod_status = 'to_collect' AS not_collected,
        CASE WHEN p.cod_status = 'to_collect' AND p.booking_state <> 'void' THEN p.cod_vnd
            ELSE 0 END AS to_collect
    FROM shipping_statementline l JOIN shipping_package p ON p.id = l.package_id
    WHERE l.id = ANY(%(lines)s::bigint[])
),
known AS MATERIALIZED (
    SELECT e.package_id,
        -sum(e.amount_vnd) FILTER (WHERE e.kind = ANY(%(fee_kinds)s::text[]))::bigint AS fee,
        sum(e.amount_vnd) FILTER (WHERE e.kind = ANY(%(cash_kinds)s::text[]))::bigint AS cash
    FROM shipping_carrierentry e WHERE e.package_id IN (SELECT package_id FROM line)
    GROUP BY e.package_id
),
before AS MATERIALIZED (
    SELECT l.id, count(b.id) AS lines, coalesce(sum(b.cod_vnd), 0)::bigint AS cod,
        coalesce(sum(b.charge_vnd), 0)::bigint AS charge
    FROM line l LEFT JOIN shipping_statementline b
        ON b.package_id = l.package_id AND b.id < l.id AND b.verdict <> 'missing'
    GROUP BY l.id
),
expected AS (
    SELECT l.id, l.cod_vnd, l.charge_vnd, b.lines, b.charge AS charged,
        CASE WHEN l.cod_vnd = 0 AND (b.lines > 0 OR l.not_collected) THEN 0
            ELSE greatest(l.to_collect + coalesce(k.cash, 0) - b.cod, 0) END AS cod,
        coalesce(k.fee, 0) - b.charge AS charge
    FROM line l JOIN before b ON b.id = l.id LEFT JOIN known k ON k.package_id = l.package_id
),
judged AS (
    SELECT id, cod, charge, CASE
        WHEN lines > 0 AND cod_vnd > 0 AND cod = 0 THEN 'duplicate'
        WHEN lines > 0 AND cod_vnd = 0 AND charge_vnd > 0 AND charge_vnd = charged
            AND charge_vnd <> charge THEN 'duplicate'
        WHEN cod_vnd <> cod THEN 'cod_differs'
        WHEN charge_vnd <> charge THEN 'fee_differs'
        ELSE 'equal' END AS verdict
    FROM expected
)
UPDATE shipping_statementline l SET verdict = j.verdict, expected_cod_vnd = j.cod,
    expected_charge_vnd = j.charge,
    step = CASE WHEN j.verdict = 'equal' THEN 'done' ELSE 'open' END
FROM judged j WHERE l.id = j.id
"""
# With this line the parcel's sums are what we expected: what was open about it is closed.
COMPLETED = """
UPDATE shipping_statementline b SET step = 'done', reason = %(note)s::text,
    step_at = %(now)s::timestamptz, step_by = %(actor)s::text
FROM shipping_statementline l
WHERE l.id = ANY(%(lines)s::bigint[]) AND l.verdict = 'equal' AND b.package_id = l.package_id
    AND b.id < l.id AND b.step IN ('open', 'asked') AND b.verdict <> 'missing'
"""
STATE = """
INSERT INTO shipping_carrierentry (account_id, package_id, kind, amount_vnd, source_kind,
    source_id, note, actor_label, created_at)
SELECT %(account)s::bigint, l.package_id, 'stated', 0, 'line', l.id, %(note)s::text,
    %(actor)s::text, %(now)s::timestamptz
FROM shipping_statementline l WHERE l.id = ANY(%(lines)s::bigint[]) ORDER BY l.id
"""
# A parcel with one line only: where several speak of it, a person sees them together.
TOLERATE = """
WITH small AS MATERIALIZED (
    SELECT l.id, l.package_id, l.expected_charge_vnd - l.charge_vnd AS vnd
    FROM shipping_statementline l
    WHERE l.id = ANY(%(lines)s::bigint[]) AND l.verdict = 'fee_differs' AND l.step = 'open'
        AND abs(l.expected_charge_vnd - l.charge_vnd) <= %(tolerance)s::bigint
        AND NOT EXISTS (SELECT 1 FROM shipping_statementline b WHERE b.package_id = l.package_id
            AND b.id <> l.id AND b.verdict <> 'missing')
),
posted AS (
    INSERT INTO shipping_carrierentry (account_id, package_id, kind, amount_vnd, corrects_id,
        source_kind, source_id, note, actor_label, created_at)
    SELECT %(account)s::bigint, s.package_id, 'fee_difference', s.vnd,
        coalesce(
            (SELECT max(e.id) FROM shipping_carrierentry e
             WHERE e.package_id = s.package_id AND e.kind = ANY(%(fee_kinds)s::text[])),
            (SELECT e.id FROM shipping_carrierentry e
             WHERE e.source_kind = 'line' AND e.source_id = s.id AND e.kind = 'stated')
        ),
        'line', s.id, %(note)s::text, %(actor)s::text, %(now)s::timestamptz
    FROM small s ORDER BY s.id
)
UPDATE shipping_statementline l SET step = 'done', reason = %(note)s::text,
    step_at = %(now)s::timestamptz, step_by = %(actor)s::text
FROM small s WHERE l.id = s.id
"""
COLLECTED_NOW = """
INSERT INTO shipping_carrierentry (account_id, package_id, kind, amount_vnd, source_kind,
    source_id, note, actor_label, created_at)
SELECT p.account_id, p.id, 'cod', p.cod_vnd, 'package', p.id, %(note)s::text,
    %(actor)s::text, %(now)s::timestamptz
FROM shipping_package p WHERE p.id = ANY(%(packages)s::bigint[]) ORDER BY p.id
"""
SUMS = """
UPDATE shipping_carrierstatement s SET line_count = s.line_count + n.lines,
    cod_vnd = s.cod_vnd + n.cod, charge_vnd = s.charge_vnd + n.charge
FROM (SELECT count(*) AS lines, coalesce(sum(cod_vnd), 0)::bigint AS cod,
    coalesce(sum(charge_vnd), 0)::bigint AS charge
    FROM shipping_statementline WHERE id = ANY(%(lines)s::bigint[])) AS n
WHERE s.id = %(statement)s::bigint
"""
MISSING = """
INSERT INTO shipping_statementline (statement_id, key, row_number, package_id, tracking_number,
    cod_vnd, fee_vnd, return_fee_vnd, other_fee_vnd, charge_vnd, told_status, verdict,
    expected_cod_vnd, expected_charge_vnd, step)
SELECT %(statement)s::bigint, 'missing:' || p.id, 0, p.id, p.tracking_number, 0, 0, 0, 0, 0, '',
    'missing', p.cod_vnd - coalesce(p.cod_received_vnd, 0), 0, 'open'
FROM shipping_package p
WHERE p.account_id = %(account)s::bigint AND NOT p.is_external AND p.cod_status = 'collected'
    AND p.booking_state <> 'void' AND p.cod_collected_at < %(before)s::timestamptz
    AND NOT EXISTS (SELECT 1 FROM shipping_statementline l WHERE l.package_id = p.id
        AND (l.verdict <> 'missing' OR l.step <> 'done' OR l.statement_id = %(statement)s::bigint))
ORDER BY p.id
ON CONFLICT (statement_id, key) DO NOTHING
"""
# Money that somebody booked for a parcel by hand before its statement was paid.
APART = """
WITH hand AS (
    SELECT l.id, least(l.cod_vnd, -sum(e.amount_vnd))::bigint AS vnd
    FROM shipping_statementline l JOIN shipping_carrierentry e
        ON e.package_id = l.package_id AND e.kind = 'remitted'
    WHERE l.statement_id = %(statement)s::bigint AND l.paid_at IS NULL AND l.apart_vnd = 0
        AND l.cod_vnd > 0 AND l.verdict IN ('equal', 'cod_differs', 'fee_differs')
        AND NOT EXISTS (SELECT 1 FROM shipping_statementline b
            WHERE b.package_id = l.package_id AND b.apart_vnd > 0)
    GROUP BY l.id
),
noted AS (
    UPDATE shipping_statementline l SET apart_vnd = h.vnd FROM hand h WHERE l.id = h.id
    RETURNING h.vnd
)
UPDATE shipping_carrierstatement s
SET apart_vnd = s.apart_vnd + (SELECT coalesce(sum(vnd), 0) FROM noted)::bigint
WHERE s.id = %(statement)s::bigint
RETURNING s.apart_vnd
"""
