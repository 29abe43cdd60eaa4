-- Scores that were made elsewhere, for queries and documents that are there, the last of a pair's where there are several.
-- A query is meant by its id, or by its text.
CREATE TABLE imported_scores AS
SELECT id, split, ordinal, document, score FROM (
  SELECT *, row_number() OVER (PARTITION BY id, document ORDER BY file DESC, line DESC) AS time FROM (
    SELECT queries.id, queries.split, queries.ordinal, run.document, run.score, run.file, run.line
    FROM run_rows AS run JOIN queries ON queries.id = run.query
    UNION ALL
    SELECT queries.id, queries.split, queries.ordinal, run.document, run.score, run.file, run.line
    FROM run_rows AS run JOIN queries ON queries.key = run.key AND queries.id <> run.query
  )
)
WHERE time = 1;
