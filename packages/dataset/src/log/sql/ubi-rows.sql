-- User Behavior Insights as rows of a log: what was shown for a query, in its order, and which of it was clicked. Shown is what
-- events of impressions say; for a query without any, what it returned. {queries} and {events} are tables as ubi.ts reads them;
-- what is filled in for times are their milliseconds, and patterns for actions: clicks, impressions, and what ends a stay.
CREATE TABLE ubi_asked AS
SELECT query_id, arg_min(user_query, line) FILTER (trim(user_query) <> '') AS user_query,
  arg_min(client, line) AS client, arg_min(timestamp, line) AS timestamp, min(file) AS file, min(line) AS line
FROM (
  SELECT query_id, user_query, coalesce(client_id, session_id) AS client, timestamp, file, line FROM {queries}
  UNION ALL
  -- a query that only its events know
  SELECT query_id, user_query, coalesce(client_id, session_id), timestamp, file, line FROM {events}
  WHERE query_id IS NOT NULL AND query_id NOT IN (SELECT query_id FROM {queries}) AND trim(user_query) <> ''
) GROUP BY query_id;

CREATE TABLE ubi_acts AS
SELECT query_id, document, {moment} AS moment, file, line, coalesce(client_id, session_id, query_id) AS client,
  try_cast(ordinal AS INTEGER) AS ordinal, try_cast(try_cast(dwell_ms AS DOUBLE) AS BIGINT) AS told, regexp_matches(lower(action), '{click}') AS clicked,
  regexp_matches(lower(action), '{impression}') AS shown, regexp_matches(lower(action), '{leave}') AS leaves
FROM {events};

-- A stay is as long as an event of the page says, and else ends with the next click on something else, the next search, or the end
-- of the visit.
CREATE TABLE ubi_clicks AS
WITH told AS (
  SELECT query_id, document, max(told) AS told FROM ubi_acts WHERE told >= 0 AND document IS NOT NULL GROUP BY query_id, document
), clicked AS (
SELECT query_id, document, min(ordinal) AS ordinal, arg_min(stay, moment) AS stay, min(file) AS file, min(line) AS line FROM (
  SELECT *, CASE WHEN next_query IS DISTINCT FROM query_id OR next_document <> document THEN next_moment - moment END AS stay
  FROM (
    SELECT *, lead(moment) OVER follows AS next_moment, lead(document) OVER follows AS next_document,
      lead(query_id) OVER follows AS next_query
    FROM (
      SELECT query_id, document, moment, file, line, client, ordinal, clicked FROM ubi_acts
      WHERE (clicked AND document IS NOT NULL) OR leaves
      UNION ALL
      SELECT query_id, NULL, {moment}, file, line, coalesce(client_id, session_id, query_id), NULL, false FROM {queries}
    ) WINDOW follows AS (PARTITION BY client ORDER BY moment, clicked, file, line)
  ) WHERE clicked AND query_id IS NOT NULL
) GROUP BY query_id, document
)
SELECT clicked.* EXCLUDE (stay), coalesce(told, stay) AS stay FROM clicked LEFT JOIN told USING (query_id, document);

CREATE TABLE ubi_shown AS
WITH base AS (
  -- the first position is 0 or 1
  SELECT CASE WHEN min(ordinal) = 0 THEN 1 ELSE 0 END AS first FROM ubi_acts WHERE (shown OR clicked) AND document IS NOT NULL
), returned AS (
  SELECT query_id, file, line, unnest(json_extract_string(documents, '$[*]')) AS document,
    generate_subscripts(json_extract_string(documents, '$[*]'), 1) AS position
  FROM {queries} WHERE documents IS NOT NULL
), impressions AS (
  SELECT query_id, document, coalesce(min(ordinal) + any_value(first), row_number() OVER (PARTITION BY query_id ORDER BY min(moment), min(line))) AS position,
    min(file) AS file, min(line) AS line
  FROM ubi_acts, base WHERE shown AND document IS NOT NULL AND query_id IS NOT NULL GROUP BY query_id, document
), lists AS (
  SELECT query_id, document, position, file, line, true AS impression FROM impressions
  UNION ALL
  SELECT query_id, document, position, file, line, false FROM returned WHERE query_id NOT IN (SELECT query_id FROM impressions)
)
SELECT * FROM lists
UNION ALL
-- what was clicked was shown, at a position that nothing else has
SELECT query_id, document, ordinal + first, file, line, false FROM ubi_clicks, base
WHERE query_id IN (SELECT query_id FROM lists) AND (query_id, document) NOT IN (SELECT (query_id, document) FROM lists)
  AND (query_id, ordinal + first) NOT IN (SELECT (query_id, position) FROM lists)
  AND ordinal IS NOT NULL AND document IN (SELECT id FROM document_ids);

CREATE TABLE ubi_log AS
SELECT coalesce(asked.timestamp, '') AS timestamp, coalesce(asked.client, shown.query_id) AS session_id,
  asked.user_query AS "query", shown.document AS doc_id, shown.position::VARCHAR AS "position",
  (clicks.document IS NOT NULL)::VARCHAR AS clicked, CASE WHEN stay BETWEEN 0 AND 1800000 THEN stay END::VARCHAR AS dwell_ms,
  shown.file::VARCHAR AS origin_file, shown.line::VARCHAR AS origin_line, shown.query_id, impression
FROM ubi_shown AS shown JOIN ubi_asked AS asked USING (query_id)
LEFT JOIN ubi_clicks AS clicks ON clicks.query_id = shown.query_id AND clicks.document = shown.document
WHERE asked.user_query IS NOT NULL
ORDER BY shown.query_id, shown.position;
