-- Rows of the log with numbers for texts. A query is shown in its most frequent spelling; {key} is when two are one.
CREATE TABLE texts AS SELECT text, {key} AS key, count(*) AS times FROM log_rows GROUP BY text;

CREATE TABLE logged_queries AS
SELECT cast(row_number() OVER (ORDER BY key) - 1 AS INTEGER) AS query, key, text
FROM (SELECT key, max_by(text, (times, text)) AS text FROM texts GROUP BY key) AS spelled;

-- without the column every row is a click
CREATE TABLE shown AS
SELECT query, document, session, held_out, moment, place, coalesce(clicked, true) AS clicked,
  coalesce(clicked, true) AND coalesce(dwell, {minDwell}) >= {minDwell} AS satisfied
FROM log_rows JOIN (
  SELECT texts.text, query FROM texts JOIN logged_queries ON logged_queries.key = texts.key
) AS numbered ON numbered.text = log_rows.text;

DROP TABLE log_rows;
DROP TABLE texts;
