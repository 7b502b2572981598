"""The frame: state, faults, calls, webhooks, clock."""

import pytest
import requests

from oms.sandbox.core import Store
from oms.sandbox.core.server import BODY_LIMIT
from oms.sandbox.run import Sandbox, running_sandbox
from tests.sandbox.conftest import Listener


def write(sandbox: Sandbox, key: str, **note) -> requests.Response:
    return requests.post(f"{sandbox.url('toy')}/notes/{key}", json=note, timeout=30)


def read(sandbox: Sandbox, key: str) -> dict:
    return requests.get(f"{sandbox.url('toy')}/notes/{key}", timeout=30).json()


def listen(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.control("toy", "POST", "callbacks", {"url": listener.url})


def tell(sandbox: Sandbox, number: int, **more) -> None:
    sandbox.control("toy", "POST", "tell", {"payload": {"n": number, "status": "new"}, **more})


def test_state_survives_a_restart(tmp_path, toy_registered):
    with running_sandbox(tmp_path, ["toy"]) as sandbox:
        write(sandbox, "a", text="Xin chào")
    with running_sandbox(tmp_path, ["toy"]) as sandbox:
        assert read(sandbox, "a") == {"text": "Xin chào", "number": 1, "status": "new"}
        assert write(sandbox, "b").json()["number"] == 2


def test_a_kept_alive_connection_ends_with_the_server(tmp_path, toy_registered):
    with running_sandbox(tmp_path, ["toy"]) as sandbox:
        session = requests.Session()
        address = f"{sandbox.url('toy')}/notes/a"
        assert session.get(address, timeout=30).status_code == 200
    with pytest.raises(requests.ConnectionError):
        session.get(address, timeout=30)


def test_a_refusal_undoes_what_the_call_did(toy):
    reply = requests.post(f"{toy.url('toy')}/refused", timeout=30)
    assert (reply.status_code, reply.json()) == (400, {"no": True})
    assert read(toy, "refused") == {}
    assert write(toy, "a").json()["number"] == 1


def test_a_bug_in_a_handler_is_a_500(toy):
    assert requests.post(f"{toy.url('toy')}/broken", timeout=30).status_code == 500


def test_unknown_paths_and_methods_are_404(toy):
    assert requests.get(f"{toy.url('toy')}/nowhere", timeout=30).status_code == 404
    assert requests.delete(f"{toy.url('toy')}/notes/a", timeout=30).status_code == 404


def test_a_body_over_the_limit_is_refused_unread(toy):
    headers = {"Content-Length": str(BODY_LIMIT + 1)}
    reply = requests.post(f"{toy.url('toy')}/notes/a", data=b"", headers=headers, timeout=30)
    assert reply.status_code == 413


def test_calls_are_recorded_newest_first(toy):
    write(toy, "a", text="1")
    read(toy, "a")
    calls = toy.control("toy", "GET", "calls?limit=2")
    assert [(c["method"], c["path"], c["status"]) for c in calls] == [
        ("GET", "/notes/a", 200),
        ("POST", "/notes/a", 200),
    ]
    assert calls[1]["body"] == '{"text": "1"}'


def test_timeout_after_work_keeps_the_work(toy):
    toy.control("toy", "POST", "faults", {"kind": "timeout_after_work", "path": "/notes/*"})
    with pytest.raises(requests.ConnectionError):
        write(toy, "a", text="kept")
    assert read(toy, "a")["text"] == "kept"
    assert toy.control("toy", "GET", "faults") == []


def test_timeout_before_work_does_nothing(toy):
    toy.control("toy", "POST", "faults", {"kind": "timeout_before_work"})
    with pytest.raises(requests.ConnectionError):
        write(toy, "a", text="never")
    assert read(toy, "a") == {}


def test_a_slow_answer_outlasts_the_callers_patience(toy):
    toy.control("toy", "POST", "faults", {"kind": "delay", "seconds": 2})
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{toy.url('toy')}/notes/a", timeout=0.1)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"kind": "status_5xx", "status": 503}, 503),
        ({"kind": "rate_limit"}, 429),
        ({"kind": "expired_token"}, 401),
    ],
)
def test_a_fault_lasts_as_many_times_as_asked(toy, fault, status):
    toy.control("toy", "POST", "faults", {**fault, "times": 2})
    assert [write(toy, "a").status_code for _ in range(3)] == [status, status, 200]
    assert read(toy, "a")["number"] == 1


def test_a_5xx_after_work_keeps_the_work(toy):
    toy.control("toy", "POST", "faults", {"kind": "status_5xx", "after_work": True})
    assert write(toy, "a", text="kept").status_code == 500
    assert read(toy, "a")["text"] == "kept"


def test_garbled_json_does_not_parse(toy):
    toy.control("toy", "POST", "faults", {"kind": "garbled_json"})
    with pytest.raises(requests.exceptions.JSONDecodeError):
        write(toy, "a").json()


def test_unknown_status_rewrites_states_in_the_answer_only(toy):
    toy.control("toy", "POST", "faults", {"kind": "unknown_status", "value": "ON_THE_MOON"})
    assert write(toy, "a").json()["status"] == "ON_THE_MOON"
    assert read(toy, "a")["status"] == "new"


def test_a_fault_leaves_other_paths_alone(toy):
    toy.control("toy", "POST", "faults", {"kind": "status_5xx", "path": "/notes/b"})
    assert write(toy, "a").status_code == 200
    assert write(toy, "b").status_code == 500


def test_a_misspelt_fault_is_refused(toy):
    with pytest.raises(ValueError, match="kind must be one of"):
        toy.control("toy", "POST", "faults", {"kind": "timeout"})
    with pytest.raises(ValueError, match="unknown fault field: paht"):
        toy.control("toy", "POST", "faults", {"kind": "delay", "paht": "*"})


def test_reset_forgets_everything_but_callbacks(toy, listener):
    listen(toy, listener)
    write(toy, "a")
    toy.control("toy", "POST", "reset", {})
    assert read(toy, "a") == {}
    assert toy.control("toy", "GET", "callbacks") == [{"url": listener.url, "scope": "*"}]


def test_the_clock_advances_for_all(toy):
    before = toy.control("toy", "GET", "clock")["now"]
    toy.clock.advance(3600)
    assert toy.control("toy", "GET", "clock")["now"] - before >= 3600


def test_a_webhook_is_delivered_and_recorded(toy, listener):
    listen(toy, listener)
    tell(toy, 1)
    toy.settle("toy")
    path, headers, body = listener.got[0]
    assert (path, body) == ("/hook", {"n": 1, "status": "new"})
    assert headers["X-Sum"] == str(len('{"n":1,"status":"new"}'))
    row = toy.control("toy", "GET", "webhooks")[0]
    assert (row["state"], [a["status"] for a in row["attempts"]]) == ("delivered", [200])


def test_a_callback_elsewhere_is_refused(toy):
    with pytest.raises(ValueError, match="on this machine"):
        toy.control("toy", "POST", "callbacks", {"url": "http://example.test/hook"})


def test_a_failed_delivery_is_retried_in_order(toy, listener):
    listener.answers = [500]
    listen(toy, listener)
    tell(toy, 1, group="x")
    tell(toy, 2, group="x")
    toy.settle("toy")
    assert [body["n"] for body in listener.bodies] == [1, 1, 2]


def test_a_delivery_refused_with_4xx_is_dropped(toy, listener):
    listener.answers = [404]
    listen(toy, listener)
    tell(toy, 1)
    toy.settle("toy")
    assert len(listener.got) == 1
    assert toy.control("toy", "GET", "webhooks")[0]["state"] == "dropped"


def test_a_delivery_that_never_succeeds_is_lost(toy, listener):
    listener.answers = [500] * 9
    listen(toy, listener)
    tell(toy, 1)
    toy.settle("toy")
    assert len(listener.got) == 3
    assert toy.control("toy", "GET", "webhooks")[0]["state"] == "lost"


def test_duplicate_sends_the_same_message_twice(toy, listener):
    listen(toy, listener)
    toy.control("toy", "POST", "faults", {"kind": "duplicate", "path": "said"})
    tell(toy, 1)
    toy.settle("toy")
    assert listener.bodies == [{"n": 1, "status": "new"}] * 2


def test_reorder_lets_the_next_message_overtake(toy, listener):
    listen(toy, listener)
    toy.control("toy", "POST", "faults", {"kind": "reorder"})
    tell(toy, 1, group="x")
    tell(toy, 2, group="x")
    toy.settle("toy")
    assert [body["n"] for body in listener.bodies] == [2, 1]


def test_lost_sends_nothing(toy, listener):
    listen(toy, listener)
    toy.control("toy", "POST", "faults", {"kind": "lost"})
    tell(toy, 1)
    tell(toy, 2)
    toy.settle("toy")
    assert [body["n"] for body in listener.bodies] == [2]


def test_bad_signature_spoils_the_headers_only(toy, listener):
    listen(toy, listener)
    toy.control("toy", "POST", "faults", {"kind": "bad_signature"})
    tell(toy, 1)
    toy.settle("toy")
    _, headers, body = listener.got[0]
    assert headers["X-Sum"] != str(len('{"n":1,"status":"new"}'))
    assert body["n"] == 1


def test_a_waiting_webhook_survives_a_restart(tmp_path, toy_registered, listener):
    with running_sandbox(tmp_path, ["toy"]) as sandbox:
        listen(sandbox, listener)
        sandbox.control("toy", "POST", "faults", {"kind": "reorder", "seconds": 0.3})
        tell(sandbox, 1)
        assert listener.got == []
    with running_sandbox(tmp_path, ["toy"]) as sandbox:
        sandbox.settle("toy")
        assert [body["n"] for body in listener.bodies] == [1]


def test_documents_of_a_range_come_in_order_page_by_page(tmp_path):
    store = Store(tmp_path / "x.sqlite3")
    store.index("rows", "shop", "at")
    for number in range(10):
        store.put("rows", f"k{number}", {"n": number, "shop": number % 2, "at": 100 - number // 4})
    first = store.between("rows", "at", 98, 99, limit=3, shop=1)
    assert [row["n"] for row in first] == [9, 5, 7]
    after = (first[-1]["at"], "k7")
    assert store.between("rows", "at", 98, 99, after=after, limit=3, shop=1) == []
    with pytest.raises(ValueError, match="not a name"):
        store.between("rows", "at') --", 0, 1, limit=1)
    store.close()


def test_a_page_of_documents_is_cut_out_of_two_ranges_in_either_direction(tmp_path):
    store = Store(tmp_path / "x.sqlite3")
    store.index("rows", "shop", "at")
    rows = [{"n": n, "shop": n % 2, "at": n // 3, "by": 40 - n} for n in range(30)]
    for row in rows:
        store.put("rows", f"k{row['n']:02}", row)
    ranges = {"at": (2, 8), "by": (15, 33)}
    fit = [r for r in rows if 2 <= r["at"] <= 8 and 15 <= r["by"] <= 33 and r["shop"] == 1]
    how = {"also": {"by": ranges["by"]}, "shop": 1}
    assert store.between("rows", "at", 2, 8, limit=99, **how) == fit
    assert store.between("rows", "at", 2, 8, limit=3, offset=2, falls=True, **how) == fit[::-1][2:5]
    last = fit[4]
    behind = (last["at"], f"k{last['n']:02}")
    assert store.between("rows", "at", 2, 8, limit=99, after=behind, **how) == fit[5:]
    before = store.between("rows", "at", 2, 8, limit=99, after=behind, falls=True, **how)
    assert before == fit[:4][::-1]
    assert store.tally("rows", ranges, shop=1) == len(fit)
    store.close()
