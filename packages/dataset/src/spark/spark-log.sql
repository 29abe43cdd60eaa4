-- A log as Spark reads it. Change this one to your table: the names on the left of AS are yours. A log without dwell_ms has
-- NULL in its place.
-- sessions are hashed with a number that only this run of Spark knows: no file and no message can hold it
DECLARE OR REPLACE VARIABLE salt STRING DEFAULT uuid();

CREATE TABLE log_rows USING parquet AS
SELECT trim(query) AS text,
  doc_id AS document,
  xxhash64(salt, session_id) AS session,
  right(md5(session_id), 1) IN ('0', '1', '2') AS held_out,
  unix_millis(cast(timestamp AS TIMESTAMP)) AS moment,
  cast(position AS INT) AS position,
  cast(clicked AS BOOLEAN) AS clicked,
  cast(dwell_ms AS FLOAT) AS dwell
FROM parquet.`{log}`;
