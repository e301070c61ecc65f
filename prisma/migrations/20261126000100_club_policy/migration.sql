-- An upper bound to what `Club_key_policy` bounds from below: ten years, and no more keys than a member can lose sight of in earnest.
ALTER TABLE "Club"
  ADD CONSTRAINT "Club_key_policy_bounds" CHECK ("maxKeyDays" <= 3660 AND "maxLiveKeysPerMember" <= 1000000);
