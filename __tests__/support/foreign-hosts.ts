/** Apps with tables of their own, and the views that each of them would write. All have the same two members in one club. */
export type ForeignHost = {
  /** What its tables are like. */
  title: string
  /** Its tables, its views and the watches on what these read. */
  install: string
  /** Empties its tables and puts Kim and Lee back. */
  rows: string
  /** As the views tell them. */
  club: string
  kim: string
  lee: string
  /** Statements for what happens to Kim. */
  acts: {
    join: string
    demote: string
    suspend: string
    wake: string
    leave: string
    seen: string
    deleteUser: string
    deleteClub: string
    truncate: string
  }
}

const KIM = '10000000-0000-4000-8000-000000000001'
const LEE = '10000000-0000-4000-8000-000000000002'
const CLUB = '20000000-0000-4000-8000-000000000001'

const oneRole: ForeignHost = {
  title: 'cuids, one role a member',
  club: 'cm3club00000008l1h9z2b4q7r',
  kim: 'cm3kim000000108l1h9z2b4q7r',
  lee: 'cm3lee000000208l1h9z2b4q7r',
  install: `
    CREATE SCHEMA host;
    CREATE TABLE host."Organization" ("id" text PRIMARY KEY, "slug" text NOT NULL, "title" text NOT NULL, "plan" text);
    CREATE TABLE host."User" ("id" text PRIMARY KEY, "fullName" text NOT NULL, "email" text, "bannedAt" timestamptz, "lastSeen" timestamptz);
    CREATE TABLE host."Member" ("id" text PRIMARY KEY, "role" text NOT NULL, "badge" text,
      "organizationId" text NOT NULL REFERENCES host."Organization" ON DELETE CASCADE, "userId" text NOT NULL REFERENCES host."User" ON DELETE CASCADE);
    CREATE UNIQUE INDEX ON host."Member" ("organizationId", "userId");
    CREATE OR REPLACE VIEW principal AS
      SELECT m."organizationId" AS club_id, m."userId" AS user_id, u."fullName" AS name, u."email" AS email, ARRAY[m."role"] AS roles, u."bannedAt" IS NULL AS active
        FROM host."Member" m JOIN host."User" u ON u."id" = m."userId";
    CREATE OR REPLACE VIEW club AS SELECT "id" AS club_id, "slug", "title" AS name FROM host."Organization";
    SELECT watch('host."Member"', 'userId', 'organizationId'), watch('host."User"', 'id', NULL), watch('host."Organization"', NULL, 'id');`,
  rows: `
    TRUNCATE host."Organization", host."User", host."Member";
    INSERT INTO host."Organization" VALUES ('cm3club00000008l1h9z2b4q7r', 'org', 'Org');
    INSERT INTO host."User" VALUES ('cm3kim000000108l1h9z2b4q7r', 'Kim', 'kim@host.test'), ('cm3lee000000208l1h9z2b4q7r', 'Lee', NULL);
    INSERT INTO host."Member" SELECT 'm-' || "id", 'ADMIN', NULL, 'cm3club00000008l1h9z2b4q7r', "id" FROM host."User";`,
  acts: {
    join: `INSERT INTO host."Member" VALUES ('m-again', 'ADMIN', NULL, 'cm3club00000008l1h9z2b4q7r', 'cm3kim000000108l1h9z2b4q7r')`,
    demote: `UPDATE host."Member" SET "role" = 'GUEST' WHERE "userId" LIKE 'cm3kim%'`,
    suspend: `UPDATE host."User" SET "bannedAt" = now() WHERE "id" LIKE 'cm3kim%'`,
    wake: `UPDATE host."User" SET "bannedAt" = NULL WHERE "id" LIKE 'cm3kim%'`,
    leave: `DELETE FROM host."Member" WHERE "userId" LIKE 'cm3kim%'`,
    seen: `UPDATE host."User" SET "lastSeen" = now(); UPDATE host."Member" SET "badge" = 'new'; UPDATE host."Organization" SET "plan" = 'free'`,
    deleteUser: `DELETE FROM host."User" WHERE "id" LIKE 'cm3kim%'`,
    deleteClub: 'DELETE FROM host."Organization"',
    truncate: 'TRUNCATE host."Member"',
  },
}

const rolesInRows: ForeignHost = {
  title: 'uuids, roles in rows',
  club: CLUB,
  kim: KIM,
  lee: LEE,
  install: `
    CREATE TABLE teams (id uuid PRIMARY KEY, handle text NOT NULL, plan text);
    CREATE TABLE people (id uuid PRIMARY KEY, label text NOT NULL, mail text, seen timestamptz);
    CREATE TABLE team_people (team_id uuid REFERENCES teams ON DELETE CASCADE, person_id uuid REFERENCES people ON DELETE CASCADE, paused boolean NOT NULL DEFAULT false,
      badge text, PRIMARY KEY (team_id, person_id));
    CREATE TABLE team_roles (team_id uuid, person_id uuid, role text, FOREIGN KEY (team_id, person_id) REFERENCES team_people ON DELETE CASCADE);
    CREATE INDEX ON team_people ((team_id::text), (person_id::text));
    CREATE INDEX ON team_roles (team_id, person_id);
    CREATE OR REPLACE VIEW principal AS
      SELECT m.team_id::text AS club_id, m.person_id::text AS user_id, p.label AS name, p.mail AS email,
             ARRAY(SELECT r.role FROM team_roles r WHERE r.team_id = m.team_id AND r.person_id = m.person_id ORDER BY r.role) AS roles, NOT m.paused AS active
        FROM team_people m JOIN people p ON p.id = m.person_id;
    CREATE OR REPLACE VIEW club AS SELECT id::text AS club_id, handle AS slug, handle AS name FROM teams;
    SELECT watch('team_people', 'person_id', 'team_id'), watch('team_roles', 'person_id', 'team_id'), watch('people', 'id', NULL), watch('teams', NULL, 'id');`,
  rows: `
    TRUNCATE teams, people, team_people, team_roles;
    INSERT INTO teams VALUES ('${CLUB}', 'team');
    INSERT INTO people VALUES ('${KIM}', 'Kim'), ('${LEE}', 'Lee');
    INSERT INTO team_people SELECT '${CLUB}', id FROM people;
    INSERT INTO team_roles SELECT '${CLUB}', id, role FROM people, unnest(ARRAY['COACH', 'ATHLETE']) AS role;`,
  acts: {
    join: `INSERT INTO team_people VALUES ('${CLUB}', '${KIM}')`,
    demote: `DELETE FROM team_roles WHERE person_id = '${KIM}' AND role = 'COACH'`,
    suspend: `UPDATE team_people SET paused = true WHERE person_id = '${KIM}'`,
    wake: `UPDATE team_people SET paused = false WHERE person_id = '${KIM}'`,
    leave: `DELETE FROM team_people WHERE person_id = '${KIM}'`,
    seen: `UPDATE people SET seen = now(); UPDATE team_people SET badge = 'new'; UPDATE teams SET plan = 'free'`,
    deleteUser: `DELETE FROM people WHERE id = '${KIM}'`,
    deleteClub: 'DELETE FROM teams',
    truncate: 'TRUNCATE team_people CASCADE',
  },
}

/** `roles` is json, which has no equality; whoever has left stays in the mirror. */
const mirrored: ForeignHost = {
  title: 'one mirror of a directory elsewhere, bigint ids',
  club: '7000000000',
  kim: '9000000001',
  lee: '9000000002',
  install: `
    CREATE TABLE "The Mirror" ("Tenant" bigint, "Person" bigint, "display name" text, mail text, roles json, state text, synced timestamptz, PRIMARY KEY ("Tenant", "Person"));
    CREATE TABLE tenants (id bigint PRIMARY KEY, handle text);
    CREATE OR REPLACE VIEW principal AS
      SELECT d."Tenant"::text AS club_id, d."Person"::text AS user_id, d."display name" AS name, d.mail AS email,
             ARRAY(SELECT json_array_elements_text(d.roles)) AS roles, d.state = 'active' AS active
        FROM "The Mirror" d WHERE d.state <> 'left';
    CREATE OR REPLACE VIEW club AS SELECT id::text AS club_id, handle AS slug, handle AS name FROM tenants;
    SELECT watch('"The Mirror"', 'Person', 'Tenant'), watch('tenants', NULL, 'id');`,
  rows: `
    TRUNCATE tenants, "The Mirror";
    INSERT INTO tenants VALUES (7000000000, 'tenant');
    INSERT INTO "The Mirror" VALUES (7000000000, 9000000001, 'Kim', NULL, '["COACH","ATHLETE"]', 'active'), (7000000000, 9000000002, 'Lee', NULL, '["COACH"]', 'active');`,
  acts: {
    join: `INSERT INTO "The Mirror" VALUES (7000000000, 9000000001, 'Kim', NULL, '["COACH"]', 'active') ON CONFLICT ("Tenant", "Person") DO UPDATE SET state = 'active'`,
    demote: `UPDATE "The Mirror" SET roles = '["ATHLETE"]' WHERE "Person" = 9000000001`,
    suspend: `UPDATE "The Mirror" SET state = 'paused' WHERE "Person" = 9000000001`,
    wake: `UPDATE "The Mirror" SET state = 'active' WHERE "Person" = 9000000001`,
    leave: `UPDATE "The Mirror" SET state = 'left' WHERE "Person" = 9000000001`,
    seen: `UPDATE "The Mirror" SET synced = now()`,
    deleteUser: `DELETE FROM "The Mirror" WHERE "Person" = 9000000001`,
    deleteClub: 'DELETE FROM "The Mirror"; DELETE FROM tenants',
    truncate: 'TRUNCATE "The Mirror"',
  },
}

export const foreignHosts: readonly ForeignHost[] = [oneRole, rolesInRows, mirrored]
export { oneRole, rolesInRows }
