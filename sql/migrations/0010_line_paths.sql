-- How lists of gain lines find their rows, as 0009 for tickets.

-- Current lines of a village or county in the order of their ids, also those recognised in some days.
create index gain_line_listed_idx on gain_line (village_code, gain_line_id) include (county_code, recognised_on)
  where superseded_at is null;
create index gain_line_county_idx on gain_line (county_code, gain_line_id) include (village_code, recognised_on)
  where superseded_at is null;

-- How many lines a place has in a period, from the index alone.
drop index household_period_place_idx;
create index household_period_place_idx on household_period (period, village_code) include (county_code, complete, incomplete);
