"""The engines that a contract's one query runs on: polars, DuckDB and Spark, all from the same plan."""
