"""The queries in DuckDB: SQL over `read_csv`.

An answer of many rows is fetched as an Arrow table, the form in which DuckDB hands over columns at the least cost.
"""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow  # noqa: F401  # to_arrow_table needs it; its import is no part of the query

from benchmarks.written import Written

_FLIGHTS = (
    "Year Month DayofMonth DayOfWeek DepTime CRSDepTime ArrTime CRSArrTime UniqueCarrier:VARCHAR FlightNum TailNum:VARCHAR "
    "ActualElapsedTime CRSElapsedTime AirTime ArrDelay DepDelay Origin:VARCHAR Dest:VARCHAR Distance TaxiIn TaxiOut "
    "Cancelled Diverted"
)
_GROUPBY = "id1:VARCHAR id2:VARCHAR id3:VARCHAR id4 id5 id6 v1 v2 v3:DOUBLE"


def _columns(text: str) -> str:
    """The argument `columns` of `read_csv`: a column without a type holds whole numbers."""
    pairs = (column.partition(":") for column in text.split())
    return "{" + ", ".join(f"'{name}': '{kind or 'BIGINT'}'" for name, _, kind in pairs) + "}"


class Engine:
    """`schema` is sniffed, as DuckDB does by default, or given, which spares it the sniffing of every file."""

    def __init__(self, path: str, schema: str = "sniffed") -> None:
        self.path = path
        self.given = schema == "given"
        self.connection = duckdb.connect()

    def _source(self, columns: str) -> str:
        given = f", columns={_columns(columns)}, auto_detect=false, header=true, delim=',', quote='\"'" if self.given else ""
        return f"read_csv('{self.path}'{given})"

    def _number(self, query: str) -> Any:
        return self.connection.sql(query).fetchall()[0][0]

    def _table(self, query: str) -> Any:
        return self.connection.sql(query).to_arrow_table()

    def flights_delay(self) -> Any:
        means = f"SELECT avg(DepDelay) AS delay FROM {self._source(_FLIGHTS)} WHERE Cancelled = 0 GROUP BY Origin"
        return self._number(f"SELECT max(delay) FROM ({means})")

    def flights_flown(self) -> Any:
        return self._number(f"SELECT count(*) FROM {self._source(_FLIGHTS)} WHERE Cancelled = 0")

    def flights_count(self) -> Any:
        return self._number(f"SELECT count(*) FROM {self._source(_FLIGHTS)}")

    def flights_weekday(self) -> Any:
        weekday = "isodow(make_date(Year, Month, DayofMonth)) - 1"  # DuckDB's Monday is 1
        return self._table(f"SELECT {weekday} AS weekday, avg(DepDelay) FROM {self._source(_FLIGHTS)} GROUP BY weekday")

    def flights_frame(self) -> Any:
        return self._table(f"SELECT * FROM {self._source(_FLIGHTS)}")

    def flights_csv(self) -> Any:
        out = Written(".csv")
        self.connection.sql(f"COPY (FROM {self._source(_FLIGHTS)}) TO '{out.path}' (FORMAT csv, HEADER)")
        return out

    def flights_parquet(self) -> Any:
        out = Written(".parquet")
        self.connection.sql(f"COPY (FROM {self._source(_FLIGHTS)}) TO '{out.path}' (FORMAT parquet)")
        return out

    zipped_delay = flights_delay

    def stations(self) -> Any:
        columns = "columns={'station': 'VARCHAR', 'temperature': 'DOUBLE'}"  # there is no header to sniff them from
        detect = ", auto_detect=false" if self.given else ""
        source = f"read_csv('{self.path}', delim=';', header=false, {columns}{detect})"
        return self._table(f"SELECT station, min(temperature), avg(temperature), max(temperature) FROM {source} GROUP BY station")

    def _groupby(self, keys: str, values: str) -> Any:
        return self._table(f"SELECT {keys}, {values} FROM {self._source(_GROUPBY)} GROUP BY {keys}")

    def groupby_q1(self) -> Any:
        return self._groupby("id1", "sum(v1)")

    def groupby_q2(self) -> Any:
        return self._groupby("id1, id2", "sum(v1)")

    def groupby_q3(self) -> Any:
        return self._groupby("id3", "sum(v1), avg(v3)")

    def groupby_q4(self) -> Any:
        return self._groupby("id4", "avg(v1), avg(v2), avg(v3)")

    def groupby_q5(self) -> Any:
        return self._groupby("id6", "sum(v1), sum(v2), sum(v3)")

    def groupby_q7(self) -> Any:
        return self._groupby("id3", "max(v1) - min(v2)")

    def groupby_q10(self) -> Any:
        return self._groupby("id1, id2, id3, id4, id5, id6", "sum(v3), count(*)")
