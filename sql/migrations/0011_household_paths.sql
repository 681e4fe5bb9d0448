-- How lists of households find their rows, as 0009 for tickets.

-- Households of a village by number; how many there are on a day, from the index alone.
drop index household_village_idx;
create index household_village_idx on household (village_code, number, household_id) include (county_code, valid_from, valid_to);
-- A tag is sought among the households that have it.
create index household_tag_code_idx on household_tag (tag_code, village_code) where superseded_at is null;
