#!/bin/sh
# Runs once, when the database's volume is empty: the owner migrates, the app's role owns nothing.
set -eu
psql --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  --set owner_password="$OWNER_PASSWORD" --set web_password="$WEB_PASSWORD" <<'SQL'
CREATE ROLE clubkeys_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE clubkeys_web LOGIN PASSWORD :'web_password';
CREATE DATABASE clubkeys OWNER clubkeys_owner;
SQL
