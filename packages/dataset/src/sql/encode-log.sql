-- Rows of the log with numbers for texts. A query is shown in its most frequent spelling.
CREATE TABLE logged_queries AS
SELECT (row_number() OVER (ORDER BY key) - 1)::INTEGER AS query, key, text
FROM (
  SELECT key, arg_max(text, (times, text)) AS text
  FROM (SELECT key, text, count(*) AS times FROM log_rows GROUP BY key, text)
  GROUP BY key
);

CREATE TABLE shown AS
SELECT logged_queries.query, document, session, moment, place, clicked,
  clicked AND coalesce(dwell, {minDwell}) >= {minDwell} AS satisfied
FROM log_rows JOIN logged_queries USING (key);

DROP TABLE log_rows;
