-- What the key layer knows of people and clubs. It reads these views and no table of the app's. Of one member of one club there is one
-- row; whoever has none has left, and their keys end for good. Where `active` is false, the keys sleep. Ids are text, whatever they are
-- in the app's tables.

-- Who may act in which club. `roles` is in the app's order; `email` is null where there is nobody to write to.
CREATE VIEW "principal" AS
  SELECT m."clubId"::text AS "club_id", m."userId"::text AS "user_id", coalesce(m."name", u."name") AS "name", u."email" AS "email",
         m."roles"::text[] AS "roles", m."status" = 'ACTIVE' AND u."disabledAt" IS NULL AS "active"
    FROM "Membership" m JOIN "User" u ON u."id" = m."userId"
   WHERE m."status" <> 'REMOVED';

CREATE VIEW "club" AS
  SELECT c."id"::text AS "club_id", c."slug" AS "slug", c."name" AS "name" FROM "Club" c;

-- The index of a uuid serves no comparison with a text.
CREATE INDEX "Membership_principal" ON "Membership"(("clubId"::text), ("userId"::text));
CREATE INDEX "Membership_principal_of_user" ON "Membership"(("userId"::text));
CREATE INDEX "Club_club" ON "Club"(("id"::text));
