"""What this plug-in remembers: whom it has thanked, and which webhooks it has taken."""

from __future__ import annotations

import sqlite3
import threading
from datetime import datetime, timezone

TABLES = """
CREATE TABLE IF NOT EXISTS thanks (
  order_id TEXT PRIMARY KEY,
  store_id TEXT NOT NULL,
  business_day TEXT NOT NULL,
  text TEXT NOT NULL,
  at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS thanks_by_day ON thanks (store_id, business_day);
CREATE TABLE IF NOT EXISTS webhook (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS latest (aggregate TEXT PRIMARY KEY, version INTEGER NOT NULL);
"""


class Thanks:
    """Thanks in a SQLite file, or in memory for `:memory:`. Any thread may use it."""

    def __init__(self, path: str) -> None:
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.executescript(TABLES)
        self._lock = threading.Lock()

    def take(self, webhook_id: str, event: dict) -> bool:
        """
        Applies an event, in one transaction: all of it, or when something is raised nothing. False when there was
        nothing to do: a webhook is sent again until it is known to be taken, so the same one comes more than once;
        and one that was replayed by hand may come after a later change of the same order.
        """
        with self._lock, self._database:
            return self._is_new(webhook_id) and self._is_latest(event) and self._apply(event)

    def of_order(self, order_id: str) -> dict | None:
        """The thanks for an order as the graph shows them; None before it is paid."""
        rows = self._rows("SELECT text, at FROM thanks WHERE order_id = ?", order_id)
        return {"__typename": "Thanks", "text": rows[0][0], "at": rows[0][1]} if rows else None

    def given(self, store_id: str) -> int:
        """How many orders of a store have been thanked for."""
        return self._rows("SELECT COUNT(*) FROM thanks WHERE store_id = ?", store_id)[0][0]

    def _is_new(self, webhook_id: str) -> bool:
        return self._write("INSERT OR IGNORE INTO webhook (id) VALUES (?)", webhook_id)

    def _is_latest(self, event: dict) -> bool:
        return self._write(
            "INSERT INTO latest (aggregate, version) VALUES (?, ?) ON CONFLICT (aggregate)"
            " DO UPDATE SET version = excluded.version WHERE excluded.version > latest.version",
            event["aggregate"],
            event["version"],
        )

    def _apply(self, event: dict) -> bool:
        if event["name"] != "order.paid":
            return False
        order = event["payload"]
        store, day = order["storeId"], order["businessDay"]
        counted = "SELECT COUNT(*) FROM thanks WHERE store_id = ? AND business_day = ?"
        (before,) = self._database.execute(counted, (store, day)).fetchone()
        paid_at = datetime.fromtimestamp(order["paidAt"] / 1000, timezone.utc)
        return self._write(
            "INSERT OR IGNORE INTO thanks (order_id, store_id, business_day, text, at) VALUES (?, ?, ?, ?, ?)",
            order["orderId"],
            store,
            day,
            f"Thank you! You were number {before + 1} today.",
            paid_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        )

    def _write(self, statement: str, *values: object) -> bool:
        return self._database.execute(statement, values).rowcount > 0

    def _rows(self, statement: str, *values: object) -> list:
        with self._lock:
            return self._database.execute(statement, values).fetchall()
