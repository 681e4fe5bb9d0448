-- Tickets of a season in many villages, newest day first, as 0009.
create index delivery_season_idx on delivery (season_id, day desc, delivery_id desc) include (county_code, village_code, contract_id);
