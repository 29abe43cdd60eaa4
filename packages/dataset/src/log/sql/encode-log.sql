-- Rows of the log with numbers for texts. A query is shown in its most frequent spelling; {key} is when two are one.
CREATE TABLE texts AS SELECT text, {key} AS key, count(*) AS times FROM log_rows GROUP BY text;

CREATE TABLE logged_queries AS
SELECT cast(row_number() OVER (ORDER BY key) - 1 AS INTEGER) AS query, key, text
FROM (SELECT key, max_by(text, (times, text)) AS text FROM texts GROUP BY key) AS spelled;

-- {unsaid} is what a row without a value in `clicked` means: a click where no row has one, since such a log has clicks alone
CREATE TABLE shown AS
SELECT query, document, session, held_out, moment, position, coalesce(clicked, {unsaid}) AS clicked,
  coalesce(clicked, {unsaid}) AND coalesce(dwell, {minDwell}) >= {minDwell} AS satisfied
FROM log_rows JOIN (
  SELECT texts.text, query FROM texts JOIN logged_queries ON logged_queries.key = texts.key
) AS numbered ON numbered.text = log_rows.text;

DROP TABLE log_rows;
DROP TABLE texts;
