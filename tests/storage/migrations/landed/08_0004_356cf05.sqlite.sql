-- The schema at revision 0004 as 356cf05 of 2026-11-29 made it.

CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE workspace (
  id INTEGER NOT NULL,
  platform VARCHAR NOT NULL,
  external_id VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  created_at DATETIME NOT NULL,
  removed_at DATETIME, organisation VARCHAR DEFAULT '' NOT NULL,
  CONSTRAINT pk_workspace PRIMARY KEY (id),
  CONSTRAINT uq_workspace_platform_external_id UNIQUE (platform, external_id)
);

CREATE TABLE person (
  id INTEGER NOT NULL,
  workspace_id INTEGER NOT NULL,
  external_id VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  zone VARCHAR NOT NULL,
  paused_until DATE,
  opted_out BOOLEAN NOT NULL,
  has_waiting BOOLEAN NOT NULL,
  created_at DATETIME NOT NULL, craft VARCHAR DEFAULT '' NOT NULL, fuel_offered_at DATETIME,
  CONSTRAINT pk_person PRIMARY KEY (id),
  CONSTRAINT fk_person_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id),
  CONSTRAINT uq_person_workspace_id_external_id UNIQUE (workspace_id, external_id)
);

CREATE TABLE pending (
  id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  command TEXT NOT NULL,
  team_id INTEGER NOT NULL,
  created_at DATETIME NOT NULL,
  CONSTRAINT pk_pending PRIMARY KEY (id),
  CONSTRAINT fk_pending_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_pending_person_id ON pending (person_id);

CREATE TABLE spark (
  id INTEGER NOT NULL,
  workspace_id INTEGER NOT NULL,
  channel VARCHAR NOT NULL,
  message VARCHAR NOT NULL,
  person_id INTEGER NOT NULL,
  CONSTRAINT pk_spark PRIMARY KEY (id),
  CONSTRAINT fk_spark_person_id FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_spark_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id),
  CONSTRAINT uq_spark_workspace_id_channel_message_person_id UNIQUE (workspace_id, channel, message, person_id)
);

CREATE INDEX ix_spark_person_id ON spark (person_id);

CREATE TABLE team (
  id INTEGER NOT NULL,
  workspace_id INTEGER NOT NULL,
  zone VARCHAR NOT NULL,
  next_number INTEGER NOT NULL,
  emoji VARCHAR NOT NULL,
  threshold INTEGER NOT NULL,
  created_at DATETIME NOT NULL,
  made_by_id INTEGER, seals BOOLEAN DEFAULT 1 NOT NULL,
  CONSTRAINT pk_team PRIMARY KEY (id),
  CONSTRAINT fk_team_made_by_id FOREIGN KEY(made_by_id) REFERENCES person (id),
  CONSTRAINT fk_team_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);

CREATE INDEX ix_team_workspace_id ON team (workspace_id);

CREATE TABLE channel (
  id INTEGER NOT NULL,
  workspace_id INTEGER NOT NULL,
  external_id VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  private BOOLEAN NOT NULL,
  home BOOLEAN NOT NULL,
  team_id INTEGER NOT NULL,
  closed_at DATETIME,
  CONSTRAINT pk_channel PRIMARY KEY (id),
  CONSTRAINT fk_channel_team_id FOREIGN KEY(team_id) REFERENCES team (id),
  CONSTRAINT fk_channel_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id),
  CONSTRAINT uq_channel_workspace_id_external_id UNIQUE (workspace_id, external_id)
);

CREATE INDEX ix_channel_team_id ON channel (team_id);

CREATE TABLE goal (
  id INTEGER NOT NULL,
  team_id INTEGER NOT NULL,
  author_id INTEGER NOT NULL,
  text TEXT NOT NULL,
  big BOOLEAN NOT NULL,
  due_on DATE,
  created_at DATETIME NOT NULL,
  closed_at DATETIME,
  CONSTRAINT pk_goal PRIMARY KEY (id),
  CONSTRAINT fk_goal_author_id FOREIGN KEY(author_id) REFERENCES person (id),
  CONSTRAINT fk_goal_team_id FOREIGN KEY(team_id) REFERENCES team (id)
);

CREATE INDEX ix_goal_team_id ON goal (team_id);

CREATE TABLE membership (
  team_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL, hosts BOOLEAN DEFAULT 0 NOT NULL, hosted_on DATE,
  CONSTRAINT pk_membership PRIMARY KEY (team_id, person_id),
  CONSTRAINT fk_membership_person_id FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_membership_team_id FOREIGN KEY(team_id) REFERENCES team (id)
);

CREATE INDEX ix_membership_person_id ON membership (person_id);

CREATE TABLE mission (
  id INTEGER NOT NULL,
  team_id INTEGER NOT NULL,
  author_id INTEGER NOT NULL,
  text TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  CONSTRAINT pk_mission PRIMARY KEY (id),
  CONSTRAINT fk_mission_author_id FOREIGN KEY(author_id) REFERENCES person (id),
  CONSTRAINT fk_mission_team_id FOREIGN KEY(team_id) REFERENCES team (id)
);

CREATE INDEX ix_mission_team_id ON mission (team_id);

CREATE TABLE moment (
  id INTEGER NOT NULL,
  team_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  author_id INTEGER NOT NULL,
  kept_by_id INTEGER,
  text TEXT NOT NULL,
  parts JSON NOT NULL,
  event VARCHAR,
  source_channel VARCHAR,
  source_message VARCHAR,
  source_link VARCHAR NOT NULL,
  tokens TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  edited_at DATETIME,
  deleted_at DATETIME,
  deleted_by_id INTEGER,
  erased_at DATETIME, stuck VARCHAR DEFAULT '' NOT NULL,
  CONSTRAINT pk_moment PRIMARY KEY (id),
  CONSTRAINT fk_moment_author_id FOREIGN KEY(author_id) REFERENCES person (id),
  CONSTRAINT fk_moment_deleted_by_id FOREIGN KEY(deleted_by_id) REFERENCES person (id),
  CONSTRAINT fk_moment_kept_by_id FOREIGN KEY(kept_by_id) REFERENCES person (id),
  CONSTRAINT fk_moment_team_id FOREIGN KEY(team_id) REFERENCES team (id),
  CONSTRAINT uq_moment_team_id_event UNIQUE (team_id, event),
  CONSTRAINT uq_moment_team_id_number UNIQUE (team_id, number),
  CONSTRAINT uq_moment_team_id_source_channel_source_message UNIQUE (team_id, source_channel, source_message)
);

CREATE INDEX ix_moment_author_id ON moment (author_id);

CREATE INDEX ix_moment_deleted_at ON moment (deleted_at);

CREATE INDEX ix_moment_source ON moment (source_channel, source_message);

CREATE INDEX ix_moment_team_id_created_at ON moment (team_id, created_at);

CREATE TABLE packsetting (
  team_id INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  pack VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  active BOOLEAN NOT NULL,
  CONSTRAINT pk_packsetting PRIMARY KEY (team_id, kind, pack),
  CONSTRAINT fk_packsetting_team_id FOREIGN KEY(team_id) REFERENCES team (id)
);

CREATE TABLE question (
  id INTEGER NOT NULL,
  team_id INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  text TEXT NOT NULL,
  author_id INTEGER NOT NULL,
  created_at DATETIME NOT NULL,
  deleted_at DATETIME,
  CONSTRAINT pk_question PRIMARY KEY (id),
  CONSTRAINT fk_question_author_id FOREIGN KEY(author_id) REFERENCES person (id),
  CONSTRAINT fk_question_team_id FOREIGN KEY(team_id) REFERENCES team (id)
);

CREATE INDEX ix_question_team_id ON question (team_id);

CREATE TABLE questionsetting (
  team_id INTEGER NOT NULL,
  "key" VARCHAR NOT NULL,
  muted BOOLEAN NOT NULL,
  next_at DATETIME,
  CONSTRAINT pk_questionsetting PRIMARY KEY (team_id, "key"),
  CONSTRAINT fk_questionsetting_team_id FOREIGN KEY(team_id) REFERENCES team (id)
);

CREATE TABLE schedule (
  id INTEGER NOT NULL,
  team_id INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  weekdays VARCHAR NOT NULL,
  at VARCHAR NOT NULL,
  zone VARCHAR NOT NULL,
  every INTEGER NOT NULL,
  anchor DATE NOT NULL,
  active BOOLEAN NOT NULL,
  paused_until DATE,
  anonymous BOOLEAN NOT NULL,
  set_by_id INTEGER,
  next_at DATETIME,
  CONSTRAINT pk_schedule PRIMARY KEY (id),
  CONSTRAINT fk_schedule_set_by_id FOREIGN KEY(set_by_id) REFERENCES person (id),
  CONSTRAINT fk_schedule_team_id FOREIGN KEY(team_id) REFERENCES team (id),
  CONSTRAINT uq_schedule_team_id_kind UNIQUE (team_id, kind)
);

CREATE INDEX ix_schedule_next_at ON schedule (next_at);

CREATE TABLE fetch (
  moment_id INTEGER NOT NULL,
  due_at DATETIME NOT NULL,
  attempts INTEGER NOT NULL,
  CONSTRAINT pk_fetch PRIMARY KEY (moment_id),
  CONSTRAINT fk_fetch_moment_id FOREIGN KEY(moment_id) REFERENCES moment (id)
);

CREATE INDEX ix_fetch_due_at ON fetch (due_at);

CREATE TABLE posting (
  id INTEGER NOT NULL,
  "key" VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  state VARCHAR NOT NULL,
  workspace_id INTEGER NOT NULL,
  team_id INTEGER,
  person_id INTEGER,
  moment_id INTEGER,
  schedule_id INTEGER,
  local_date DATE,
  channel VARCHAR NOT NULL,
  thread VARCHAR NOT NULL,
  message VARCHAR,
  link VARCHAR NOT NULL,
  text TEXT NOT NULL,
  question VARCHAR NOT NULL,
  asked_by_id INTEGER,
  anonymous BOOLEAN NOT NULL,
  since DATETIME,
  until DATETIME,
  created_at DATETIME NOT NULL,
  due_at DATETIME,
  claimed_at DATETIME,
  sent_at DATETIME,
  withdrawn_at DATETIME,
  revision INTEGER NOT NULL,
  sent_revision INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  error VARCHAR NOT NULL, form VARCHAR DEFAULT '' NOT NULL, turns_at DATETIME, turned_at DATETIME, closed_at DATETIME,
  CONSTRAINT pk_posting PRIMARY KEY (id),
  CONSTRAINT fk_posting_asked_by_id FOREIGN KEY(asked_by_id) REFERENCES person (id),
  CONSTRAINT fk_posting_moment_id FOREIGN KEY(moment_id) REFERENCES moment (id),
  CONSTRAINT fk_posting_person_id FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_posting_schedule_id FOREIGN KEY(schedule_id) REFERENCES schedule (id),
  CONSTRAINT fk_posting_team_id FOREIGN KEY(team_id) REFERENCES team (id),
  CONSTRAINT fk_posting_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id),
  CONSTRAINT uq_posting_key UNIQUE ("key"),
  CONSTRAINT uq_posting_schedule_id_local_date UNIQUE (schedule_id, local_date)
);

CREATE INDEX ix_posting_due ON posting (due_at) WHERE due_at IS NOT NULL;

CREATE INDEX ix_posting_message ON posting (channel, message);

CREATE INDEX ix_posting_moment_id ON posting (moment_id);

CREATE INDEX ix_posting_person_id ON posting (person_id);

CREATE INDEX ix_posting_team_id_kind ON posting (team_id, kind);

CREATE TABLE tap (
  moment_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  CONSTRAINT pk_tap PRIMARY KEY (moment_id, person_id, kind),
  CONSTRAINT fk_tap_moment_id FOREIGN KEY(moment_id) REFERENCES moment (id),
  CONSTRAINT fk_tap_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_tap_person_id ON tap (person_id);

CREATE TABLE version (
  id INTEGER NOT NULL,
  moment_id INTEGER NOT NULL,
  author_id INTEGER NOT NULL,
  text TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  edited_at DATETIME,
  opened_at DATETIME,
  CONSTRAINT pk_version PRIMARY KEY (id),
  CONSTRAINT fk_version_author_id FOREIGN KEY(author_id) REFERENCES person (id),
  CONSTRAINT fk_version_moment_id FOREIGN KEY(moment_id) REFERENCES moment (id),
  CONSTRAINT uq_version_moment_id_author_id UNIQUE (moment_id, author_id)
);

CREATE INDEX ix_version_author_id ON version (author_id);

CREATE INDEX ix_version_created_at ON version (created_at);

CREATE TABLE answer (
  id INTEGER NOT NULL,
  posting_id INTEGER NOT NULL,
  person_id INTEGER,
  kind VARCHAR NOT NULL,
  text TEXT NOT NULL,
  event VARCHAR NOT NULL,
  message VARCHAR,
  created_at DATETIME NOT NULL,
  edited_at DATETIME,
  deleted_at DATETIME,
  CONSTRAINT pk_answer PRIMARY KEY (id),
  CONSTRAINT fk_answer_person_id FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_answer_posting_id FOREIGN KEY(posting_id) REFERENCES posting (id),
  CONSTRAINT uq_answer_posting_id_event UNIQUE (posting_id, event)
);

CREATE INDEX ix_answer_message ON answer (message);

CREATE INDEX ix_answer_person_id ON answer (person_id);

CREATE TABLE quotation (
  id INTEGER NOT NULL,
  posting_id INTEGER NOT NULL,
  moment_id INTEGER,
  answer_id INTEGER,
  CONSTRAINT pk_quotation PRIMARY KEY (id),
  CONSTRAINT fk_quotation_answer_id FOREIGN KEY(answer_id) REFERENCES answer (id),
  CONSTRAINT fk_quotation_moment_id FOREIGN KEY(moment_id) REFERENCES moment (id),
  CONSTRAINT fk_quotation_posting_id FOREIGN KEY(posting_id) REFERENCES posting (id)
);

CREATE INDEX ix_quotation_answer_id ON quotation (answer_id);

CREATE INDEX ix_quotation_moment_id ON quotation (moment_id);

CREATE INDEX ix_quotation_posting_id ON quotation (posting_id);

CREATE VIRTUAL TABLE search USING fts5(tokens, content='moment', content_rowid='id', detail='none', columnsize=0, tokenize="unicode61 remove_diacritics 0 tokenchars '_'");

CREATE TRIGGER search_added AFTER INSERT ON moment BEGIN INSERT INTO search (rowid, tokens) VALUES (new.id, new.tokens); END;

CREATE TRIGGER search_changed AFTER UPDATE OF tokens ON moment BEGIN INSERT INTO search (search, rowid, tokens) VALUES ('delete', old.id, old.tokens); INSERT INTO search (rowid, tokens) VALUES (new.id, new.tokens); END;

CREATE TRIGGER search_removed AFTER DELETE ON moment BEGIN INSERT INTO search (search, rowid, tokens) VALUES ('delete', old.id, old.tokens); END;

CREATE TABLE installation (
  id INTEGER NOT NULL,
  platform VARCHAR NOT NULL,
  organisation VARCHAR NOT NULL,
  workspace VARCHAR NOT NULL,
  token TEXT NOT NULL,
  refresh_token TEXT NOT NULL,
  expires_at DATETIME,
  renewing_until DATETIME,
  bot_person VARCHAR NOT NULL,
  bot_id VARCHAR NOT NULL,
  scopes TEXT NOT NULL,
  installed_by VARCHAR NOT NULL,
  installed_at DATETIME NOT NULL,
  CONSTRAINT pk_installation PRIMARY KEY (id),
  CONSTRAINT uq_installation_platform_organisation_workspace UNIQUE (platform, organisation, workspace)
);

CREATE TABLE installattempt (
  state VARCHAR NOT NULL,
  browser VARCHAR NOT NULL,
  expires_at DATETIME NOT NULL,
  CONSTRAINT pk_installattempt PRIMARY KEY (state)
);

CREATE INDEX ix_installattempt_expires_at ON installattempt (expires_at);

CREATE TABLE link (
  from_id INTEGER NOT NULL,
  to_id INTEGER NOT NULL,
  made_by_id INTEGER NOT NULL,
  created_at DATETIME NOT NULL,
  CONSTRAINT pk_link PRIMARY KEY (from_id, to_id),
  CONSTRAINT fk_link_from_id FOREIGN KEY(from_id) REFERENCES moment (id),
  CONSTRAINT fk_link_made_by_id FOREIGN KEY(made_by_id) REFERENCES person (id),
  CONSTRAINT fk_link_to_id FOREIGN KEY(to_id) REFERENCES moment (id)
);

CREATE INDEX ix_link_to_id ON link (to_id);

CREATE TABLE quest (
  id INTEGER NOT NULL,
  team_id INTEGER NOT NULL,
  author_id INTEGER NOT NULL,
  text TEXT NOT NULL,
  event VARCHAR,
  created_at DATETIME NOT NULL,
  closed_at DATETIME,
  closed_by_id INTEGER,
  found_id INTEGER,
  after_id INTEGER,
  reason TEXT NOT NULL,
  withdrawn_at DATETIME,
  CONSTRAINT pk_quest PRIMARY KEY (id),
  CONSTRAINT fk_quest_after_id FOREIGN KEY(after_id) REFERENCES moment (id),
  CONSTRAINT fk_quest_author_id FOREIGN KEY(author_id) REFERENCES person (id),
  CONSTRAINT fk_quest_closed_by_id FOREIGN KEY(closed_by_id) REFERENCES person (id),
  CONSTRAINT fk_quest_found_id FOREIGN KEY(found_id) REFERENCES moment (id),
  CONSTRAINT fk_quest_team_id FOREIGN KEY(team_id) REFERENCES team (id),
  CONSTRAINT uq_quest_team_id_event UNIQUE (team_id, event)
);

CREATE INDEX ix_quest_after_id ON quest (after_id);

CREATE INDEX ix_quest_team_id ON quest (team_id);

CREATE TABLE why (
  id INTEGER NOT NULL,
  moment_id INTEGER NOT NULL,
  parent_id INTEGER,
  author_id INTEGER NOT NULL,
  text TEXT NOT NULL,
  insight BOOLEAN NOT NULL,
  event VARCHAR,
  created_at DATETIME NOT NULL,
  deleted_at DATETIME,
  CONSTRAINT pk_why PRIMARY KEY (id),
  CONSTRAINT fk_why_author_id FOREIGN KEY(author_id) REFERENCES person (id),
  CONSTRAINT fk_why_moment_id FOREIGN KEY(moment_id) REFERENCES moment (id),
  CONSTRAINT fk_why_parent_id FOREIGN KEY(parent_id) REFERENCES why (id),
  CONSTRAINT uq_why_moment_id_event UNIQUE (moment_id, event)
);

CREATE INDEX ix_why_moment_id ON why (moment_id);

CREATE UNIQUE INDEX uq_why_insight ON why (moment_id) WHERE insight;

CREATE TABLE valuekind (
  team_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  CONSTRAINT pk_valuekind PRIMARY KEY (team_id, name),
  CONSTRAINT fk_valuekind_team_id FOREIGN KEY(team_id) REFERENCES team (id)
);

CREATE TABLE comfort (
  moment_id INTEGER NOT NULL,
  millimetres INTEGER NOT NULL,
  taps INTEGER NOT NULL,
  CONSTRAINT pk_comfort PRIMARY KEY (moment_id, millimetres),
  CONSTRAINT fk_comfort_moment_id FOREIGN KEY(moment_id) REFERENCES moment (id)
);

CREATE TABLE followup (
  id INTEGER NOT NULL,
  team_id INTEGER NOT NULL,
  moment_id INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  due_at DATETIME NOT NULL,
  asked_at DATETIME,
  in_recap BOOLEAN NOT NULL,
  recap_id INTEGER,
  done_at DATETIME,
  CONSTRAINT pk_followup PRIMARY KEY (id),
  CONSTRAINT fk_followup_moment_id FOREIGN KEY(moment_id) REFERENCES moment (id),
  CONSTRAINT fk_followup_recap_id FOREIGN KEY(recap_id) REFERENCES posting (id),
  CONSTRAINT fk_followup_team_id FOREIGN KEY(team_id) REFERENCES team (id),
  CONSTRAINT uq_followup_moment_id_kind UNIQUE (moment_id, kind)
);

CREATE INDEX ix_followup_due_at ON followup (due_at) WHERE done_at IS NULL;

CREATE INDEX ix_followup_recap_id ON followup (recap_id);

CREATE INDEX ix_followup_team_id ON followup (team_id);

CREATE TABLE sequel (
  id INTEGER NOT NULL,
  moment_id INTEGER NOT NULL,
  author_id INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  text TEXT NOT NULL,
  event VARCHAR,
  created_at DATETIME NOT NULL,
  deleted_at DATETIME,
  CONSTRAINT pk_sequel PRIMARY KEY (id),
  CONSTRAINT fk_sequel_author_id FOREIGN KEY(author_id) REFERENCES person (id),
  CONSTRAINT fk_sequel_moment_id FOREIGN KEY(moment_id) REFERENCES moment (id),
  CONSTRAINT uq_sequel_moment_id_event UNIQUE (moment_id, event)
);

CREATE INDEX ix_sequel_author_id ON sequel (author_id);

CREATE INDEX ix_sequel_moment_id ON sequel (moment_id);

CREATE TABLE attempt (
  moment_id INTEGER NOT NULL,
  quest_id INTEGER,
  previous_id INTEGER,
  CONSTRAINT pk_attempt PRIMARY KEY (moment_id),
  CONSTRAINT fk_attempt_moment_id FOREIGN KEY(moment_id) REFERENCES moment (id),
  CONSTRAINT fk_attempt_previous_id FOREIGN KEY(previous_id) REFERENCES moment (id),
  CONSTRAINT fk_attempt_quest_id FOREIGN KEY(quest_id) REFERENCES quest (id)
);

CREATE INDEX ix_attempt_previous_id ON attempt (previous_id);

CREATE INDEX ix_attempt_quest_id ON attempt (quest_id);

CREATE TABLE participant (
  posting_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  about_id INTEGER,
  craft VARCHAR NOT NULL,
  text TEXT NOT NULL,
  joined_at DATETIME NOT NULL,
  wrote_at DATETIME,
  CONSTRAINT pk_participant PRIMARY KEY (posting_id, person_id),
  CONSTRAINT fk_participant_about_id FOREIGN KEY(about_id) REFERENCES person (id),
  CONSTRAINT fk_participant_person_id FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_participant_posting_id FOREIGN KEY(posting_id) REFERENCES posting (id)
);

CREATE INDEX ix_participant_person_id ON participant (person_id);

CREATE TABLE pick (
  team_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  text TEXT NOT NULL,
  question VARCHAR NOT NULL,
  form VARCHAR NOT NULL,
  CONSTRAINT pk_pick PRIMARY KEY (team_id),
  CONSTRAINT fk_pick_person_id FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_pick_team_id FOREIGN KEY(team_id) REFERENCES team (id)
);

CREATE INDEX ix_posting_turns_at ON posting (turns_at) WHERE turns_at IS NOT NULL;

INSERT INTO alembic_version (version_num) VALUES ('0004');
