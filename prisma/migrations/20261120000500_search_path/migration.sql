-- A trigger's function looks its tables up by the caller's search_path, in which a temporary table comes first: whoever may create one
-- could make a rule look at it instead. So each function names where it looks, temporary tables last.
DO $$
DECLARE
  rule regprocedure;
BEGIN
  FOR rule IN
    SELECT p.oid FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace AND p.proowner = current_user::regrole
      AND p.proname IN ('refuse_change', 'bury_api_key', 'refuse_buried_api_key', 'revoke_leavers_keys', 'keep_an_admin', 'tell_changes',
        'tell_all', 'tell_api_key_insert', 'tell_api_key_change', 'tell_api_key_delete', 'tell_membership_change', 'tell_membership_delete',
        'tell_user_change', 'tell_user_delete')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', rule, current_schema());
  END LOOP;
END $$;

CREATE TRIGGER "ApiKeyTombstone_no_truncate" BEFORE TRUNCATE ON "ApiKeyTombstone" FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change('tombstones stay');
