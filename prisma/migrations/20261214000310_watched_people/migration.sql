-- The club app's people and clubs, watched as any app's are. What told of them until now named their columns by hand.
DROP TRIGGER "Membership_tell_update" ON "Membership";
DROP TRIGGER "Membership_tell_delete" ON "Membership";
DROP TRIGGER "Membership_tell_truncate" ON "Membership";
DROP TRIGGER "User_tell_update" ON "User";
DROP TRIGGER "User_tell_delete" ON "User";
DROP TRIGGER "User_tell_truncate" ON "User";
DROP TRIGGER "Club_tell_update" ON "Club";
DROP FUNCTION tell_membership_change();
DROP FUNCTION tell_membership_delete();
DROP FUNCTION tell_user_change();
DROP FUNCTION tell_user_delete();
DROP FUNCTION tell_club_change();

SELECT watch('"Membership"', 'userId', 'clubId');
SELECT watch('"User"', 'id', NULL);
SELECT watch('"Club"', NULL, 'id');
