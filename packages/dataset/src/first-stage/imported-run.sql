-- The run of a team's own first stage, for the queries that count and the documents that are there: the best {depth} of a
-- query, each once. A query is meant by its id, or by its text.
CREATE TABLE imported_run AS
SELECT id, ordinal, document, score, tag, row_number() OVER (PARTITION BY id ORDER BY score DESC, document DESC) AS rank FROM (
  SELECT *, row_number() OVER (PARTITION BY id, document ORDER BY score DESC, file, line) AS time FROM (
    SELECT queries.id, queries.ordinal, run.document, run.score, run.tag, run.file, run.line
    FROM run_rows AS run JOIN queries ON queries.id = run.query
    UNION ALL
    SELECT queries.id, queries.ordinal, run.document, run.score, run.tag, run.file, run.line
    FROM run_rows AS run JOIN (SELECT id, ordinal, {key} AS key FROM queries) AS queries ON queries.key = run.key
  )
)
WHERE time = 1
QUALIFY rank <= {depth};
