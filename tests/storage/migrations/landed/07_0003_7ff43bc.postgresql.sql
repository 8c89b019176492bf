-- The schema at revision 0003 as 7ff43bc of 2026-11-22 made it.

CREATE TABLE alembic_version (
  version_num varchar(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE workspace (
  id serial NOT NULL,
  platform varchar NOT NULL,
  external_id varchar NOT NULL,
  name varchar NOT NULL,
  created_at timestamptz NOT NULL,
  removed_at timestamptz,
  organisation varchar DEFAULT ''::character varying NOT NULL,
  CONSTRAINT pk_workspace PRIMARY KEY (id),
  CONSTRAINT uq_workspace_platform_external_id UNIQUE (platform, external_id)
);

CREATE TABLE person (
  id serial NOT NULL,
  workspace_id integer NOT NULL,
  external_id varchar NOT NULL,
  name varchar NOT NULL,
  zone varchar NOT NULL,
  paused_until date,
  opted_out boolean NOT NULL,
  has_waiting boolean NOT NULL,
  created_at timestamptz NOT NULL,
  craft varchar DEFAULT ''::character varying NOT NULL,
  fuel_offered_at timestamptz,
  CONSTRAINT pk_person PRIMARY KEY (id),
  CONSTRAINT uq_person_workspace_id_external_id UNIQUE (workspace_id, external_id)
);

CREATE TABLE pending (
  id serial NOT NULL,
  person_id integer NOT NULL,
  command text NOT NULL,
  team_id integer NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT pk_pending PRIMARY KEY (id)
);

CREATE TABLE spark (
  id serial NOT NULL,
  workspace_id integer NOT NULL,
  channel varchar NOT NULL,
  message varchar NOT NULL,
  person_id integer NOT NULL,
  CONSTRAINT pk_spark PRIMARY KEY (id),
  CONSTRAINT uq_spark_workspace_id_channel_message_person_id UNIQUE (workspace_id, channel, message, person_id)
);

CREATE TABLE team (
  id serial NOT NULL,
  workspace_id integer NOT NULL,
  zone varchar NOT NULL,
  next_number integer NOT NULL,
  emoji varchar NOT NULL,
  threshold integer NOT NULL,
  created_at timestamptz NOT NULL,
  made_by_id integer,
  seals boolean DEFAULT true NOT NULL,
  CONSTRAINT pk_team PRIMARY KEY (id)
);

CREATE TABLE channel (
  id serial NOT NULL,
  workspace_id integer NOT NULL,
  external_id varchar NOT NULL,
  name varchar NOT NULL,
  private boolean NOT NULL,
  home boolean NOT NULL,
  team_id integer NOT NULL,
  closed_at timestamptz,
  CONSTRAINT pk_channel PRIMARY KEY (id),
  CONSTRAINT uq_channel_workspace_id_external_id UNIQUE (workspace_id, external_id)
);

CREATE TABLE goal (
  id serial NOT NULL,
  team_id integer NOT NULL,
  author_id integer NOT NULL,
  text text NOT NULL,
  big boolean NOT NULL,
  due_on date,
  created_at timestamptz NOT NULL,
  closed_at timestamptz,
  CONSTRAINT pk_goal PRIMARY KEY (id)
);

CREATE TABLE membership (
  team_id integer NOT NULL,
  person_id integer NOT NULL,
  hosts boolean DEFAULT false NOT NULL,
  hosted_on date,
  CONSTRAINT pk_membership PRIMARY KEY (team_id, person_id)
);

CREATE TABLE mission (
  id serial NOT NULL,
  team_id integer NOT NULL,
  author_id integer NOT NULL,
  text text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT pk_mission PRIMARY KEY (id)
);

CREATE TABLE moment (
  id serial NOT NULL,
  team_id integer NOT NULL,
  number integer NOT NULL,
  kind varchar NOT NULL,
  state varchar NOT NULL,
  author_id integer NOT NULL,
  kept_by_id integer,
  text text NOT NULL,
  parts json NOT NULL,
  event varchar,
  source_channel varchar,
  source_message varchar,
  source_link varchar NOT NULL,
  tokens text NOT NULL,
  created_at timestamptz NOT NULL,
  edited_at timestamptz,
  deleted_at timestamptz,
  deleted_by_id integer,
  erased_at timestamptz,
  searchable tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '::text))) STORED,
  stuck varchar DEFAULT ''::character varying NOT NULL,
  CONSTRAINT pk_moment PRIMARY KEY (id),
  CONSTRAINT uq_moment_team_id_event UNIQUE (team_id, event),
  CONSTRAINT uq_moment_team_id_number UNIQUE (team_id, number),
  CONSTRAINT uq_moment_team_id_source_channel_source_message UNIQUE (team_id, source_channel, source_message)
);

CREATE TABLE packsetting (
  team_id integer NOT NULL,
  kind varchar NOT NULL,
  pack varchar NOT NULL,
  "position" integer NOT NULL,
  active boolean NOT NULL,
  CONSTRAINT pk_packsetting PRIMARY KEY (team_id, kind, pack)
);

CREATE TABLE question (
  id serial NOT NULL,
  team_id integer NOT NULL,
  kind varchar NOT NULL,
  text text NOT NULL,
  author_id integer NOT NULL,
  created_at timestamptz NOT NULL,
  deleted_at timestamptz,
  CONSTRAINT pk_question PRIMARY KEY (id)
);

CREATE TABLE questionsetting (
  team_id integer NOT NULL,
  key varchar NOT NULL,
  muted boolean NOT NULL,
  next_at timestamptz,
  CONSTRAINT pk_questionsetting PRIMARY KEY (team_id, key)
);

CREATE TABLE schedule (
  id serial NOT NULL,
  team_id integer NOT NULL,
  kind varchar NOT NULL,
  weekdays varchar NOT NULL,
  at varchar NOT NULL,
  zone varchar NOT NULL,
  every integer NOT NULL,
  anchor date NOT NULL,
  active boolean NOT NULL,
  paused_until date,
  anonymous boolean NOT NULL,
  set_by_id integer,
  next_at timestamptz,
  CONSTRAINT pk_schedule PRIMARY KEY (id),
  CONSTRAINT uq_schedule_team_id_kind UNIQUE (team_id, kind)
);

CREATE TABLE "fetch" (
  moment_id integer NOT NULL,
  due_at timestamptz NOT NULL,
  attempts integer NOT NULL,
  CONSTRAINT pk_fetch PRIMARY KEY (moment_id)
);

CREATE TABLE posting (
  id serial NOT NULL,
  key varchar NOT NULL,
  kind varchar NOT NULL,
  state varchar NOT NULL,
  workspace_id integer NOT NULL,
  team_id integer,
  person_id integer,
  moment_id integer,
  schedule_id integer,
  local_date date,
  channel varchar NOT NULL,
  thread varchar NOT NULL,
  message varchar,
  link varchar NOT NULL,
  text text NOT NULL,
  question varchar NOT NULL,
  asked_by_id integer,
  anonymous boolean NOT NULL,
  since timestamptz,
  until timestamptz,
  created_at timestamptz NOT NULL,
  due_at timestamptz,
  claimed_at timestamptz,
  sent_at timestamptz,
  withdrawn_at timestamptz,
  revision integer NOT NULL,
  sent_revision integer NOT NULL,
  attempts integer NOT NULL,
  error varchar NOT NULL,
  form varchar DEFAULT ''::character varying NOT NULL,
  turns_at timestamptz,
  turned_at timestamptz,
  closed_at timestamptz,
  CONSTRAINT pk_posting PRIMARY KEY (id),
  CONSTRAINT uq_posting_key UNIQUE (key),
  CONSTRAINT uq_posting_schedule_id_local_date UNIQUE (schedule_id, local_date)
);

CREATE TABLE tap (
  moment_id integer NOT NULL,
  person_id integer NOT NULL,
  kind varchar NOT NULL,
  CONSTRAINT pk_tap PRIMARY KEY (moment_id, person_id, kind)
);

CREATE TABLE version (
  id serial NOT NULL,
  moment_id integer NOT NULL,
  author_id integer NOT NULL,
  text text NOT NULL,
  created_at timestamptz NOT NULL,
  edited_at timestamptz,
  opened_at timestamptz,
  CONSTRAINT pk_version PRIMARY KEY (id),
  CONSTRAINT uq_version_moment_id_author_id UNIQUE (moment_id, author_id)
);

CREATE TABLE answer (
  id serial NOT NULL,
  posting_id integer NOT NULL,
  person_id integer,
  kind varchar NOT NULL,
  text text NOT NULL,
  event varchar NOT NULL,
  message varchar,
  created_at timestamptz NOT NULL,
  edited_at timestamptz,
  deleted_at timestamptz,
  CONSTRAINT pk_answer PRIMARY KEY (id),
  CONSTRAINT uq_answer_posting_id_event UNIQUE (posting_id, event)
);

CREATE TABLE quotation (
  id serial NOT NULL,
  posting_id integer NOT NULL,
  moment_id integer,
  answer_id integer,
  CONSTRAINT pk_quotation PRIMARY KEY (id)
);

CREATE TABLE installation (
  id serial NOT NULL,
  platform varchar NOT NULL,
  organisation varchar NOT NULL,
  workspace varchar NOT NULL,
  token text NOT NULL,
  refresh_token text NOT NULL,
  expires_at timestamptz,
  renewing_until timestamptz,
  bot_person varchar NOT NULL,
  bot_id varchar NOT NULL,
  scopes text NOT NULL,
  installed_by varchar NOT NULL,
  installed_at timestamptz NOT NULL,
  CONSTRAINT pk_installation PRIMARY KEY (id),
  CONSTRAINT uq_installation_platform_organisation_workspace UNIQUE (platform, organisation, workspace)
);

CREATE TABLE installattempt (
  state varchar NOT NULL,
  browser varchar NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT pk_installattempt PRIMARY KEY (state)
);

CREATE TABLE link (
  from_id integer NOT NULL,
  to_id integer NOT NULL,
  made_by_id integer NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT pk_link PRIMARY KEY (from_id, to_id)
);

CREATE TABLE quest (
  id serial NOT NULL,
  team_id integer NOT NULL,
  author_id integer NOT NULL,
  text text NOT NULL,
  event varchar,
  created_at timestamptz NOT NULL,
  closed_at timestamptz,
  closed_by_id integer,
  found_id integer,
  after_id integer,
  reason text NOT NULL,
  withdrawn_at timestamptz,
  CONSTRAINT pk_quest PRIMARY KEY (id),
  CONSTRAINT uq_quest_team_id_event UNIQUE (team_id, event)
);

CREATE TABLE why (
  id serial NOT NULL,
  moment_id integer NOT NULL,
  parent_id integer,
  author_id integer NOT NULL,
  text text NOT NULL,
  insight boolean NOT NULL,
  event varchar,
  created_at timestamptz NOT NULL,
  deleted_at timestamptz,
  CONSTRAINT pk_why PRIMARY KEY (id),
  CONSTRAINT uq_why_moment_id_event UNIQUE (moment_id, event)
);

CREATE TABLE valuekind (
  team_id integer NOT NULL,
  name varchar NOT NULL,
  CONSTRAINT pk_valuekind PRIMARY KEY (team_id, name)
);

CREATE TABLE comfort (
  moment_id integer NOT NULL,
  millimetres integer NOT NULL,
  taps integer NOT NULL,
  CONSTRAINT pk_comfort PRIMARY KEY (moment_id, millimetres)
);

CREATE TABLE followup (
  id serial NOT NULL,
  team_id integer NOT NULL,
  moment_id integer NOT NULL,
  kind varchar NOT NULL,
  due_at timestamptz NOT NULL,
  asked_at timestamptz,
  in_recap boolean NOT NULL,
  recap_id integer,
  done_at timestamptz,
  CONSTRAINT pk_followup PRIMARY KEY (id),
  CONSTRAINT uq_followup_moment_id_kind UNIQUE (moment_id, kind)
);

CREATE TABLE sequel (
  id serial NOT NULL,
  moment_id integer NOT NULL,
  author_id integer NOT NULL,
  kind varchar NOT NULL,
  text text NOT NULL,
  event varchar,
  created_at timestamptz NOT NULL,
  deleted_at timestamptz,
  CONSTRAINT pk_sequel PRIMARY KEY (id),
  CONSTRAINT uq_sequel_moment_id_event UNIQUE (moment_id, event)
);

CREATE TABLE attempt (
  moment_id integer NOT NULL,
  quest_id integer,
  previous_id integer,
  CONSTRAINT pk_attempt PRIMARY KEY (moment_id)
);

CREATE TABLE participant (
  posting_id integer NOT NULL,
  person_id integer NOT NULL,
  about_id integer,
  craft varchar NOT NULL,
  text text NOT NULL,
  joined_at timestamptz NOT NULL,
  wrote_at timestamptz,
  CONSTRAINT pk_participant PRIMARY KEY (posting_id, person_id)
);

CREATE TABLE pick (
  team_id integer NOT NULL,
  person_id integer NOT NULL,
  text text NOT NULL,
  question varchar NOT NULL,
  form varchar NOT NULL,
  CONSTRAINT pk_pick PRIMARY KEY (team_id)
);

ALTER TABLE "fetch" ADD CONSTRAINT fk_fetch_moment_id FOREIGN KEY (moment_id) REFERENCES moment(id);

ALTER TABLE answer ADD CONSTRAINT fk_answer_person_id FOREIGN KEY (person_id) REFERENCES person(id);

ALTER TABLE answer ADD CONSTRAINT fk_answer_posting_id FOREIGN KEY (posting_id) REFERENCES posting(id);

ALTER TABLE attempt ADD CONSTRAINT fk_attempt_moment_id FOREIGN KEY (moment_id) REFERENCES moment(id);

ALTER TABLE attempt ADD CONSTRAINT fk_attempt_previous_id FOREIGN KEY (previous_id) REFERENCES moment(id);

ALTER TABLE attempt ADD CONSTRAINT fk_attempt_quest_id FOREIGN KEY (quest_id) REFERENCES quest(id);

ALTER TABLE channel ADD CONSTRAINT fk_channel_team_id FOREIGN KEY (team_id) REFERENCES team(id);

ALTER TABLE channel ADD CONSTRAINT fk_channel_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE comfort ADD CONSTRAINT fk_comfort_moment_id FOREIGN KEY (moment_id) REFERENCES moment(id);

ALTER TABLE followup ADD CONSTRAINT fk_followup_moment_id FOREIGN KEY (moment_id) REFERENCES moment(id);

ALTER TABLE followup ADD CONSTRAINT fk_followup_recap_id FOREIGN KEY (recap_id) REFERENCES posting(id);

ALTER TABLE followup ADD CONSTRAINT fk_followup_team_id FOREIGN KEY (team_id) REFERENCES team(id);

ALTER TABLE goal ADD CONSTRAINT fk_goal_author_id FOREIGN KEY (author_id) REFERENCES person(id);

ALTER TABLE goal ADD CONSTRAINT fk_goal_team_id FOREIGN KEY (team_id) REFERENCES team(id);

ALTER TABLE link ADD CONSTRAINT fk_link_from_id FOREIGN KEY (from_id) REFERENCES moment(id);

ALTER TABLE link ADD CONSTRAINT fk_link_made_by_id FOREIGN KEY (made_by_id) REFERENCES person(id);

ALTER TABLE link ADD CONSTRAINT fk_link_to_id FOREIGN KEY (to_id) REFERENCES moment(id);

ALTER TABLE membership ADD CONSTRAINT fk_membership_person_id FOREIGN KEY (person_id) REFERENCES person(id);

ALTER TABLE membership ADD CONSTRAINT fk_membership_team_id FOREIGN KEY (team_id) REFERENCES team(id);

ALTER TABLE mission ADD CONSTRAINT fk_mission_author_id FOREIGN KEY (author_id) REFERENCES person(id);

ALTER TABLE mission ADD CONSTRAINT fk_mission_team_id FOREIGN KEY (team_id) REFERENCES team(id);

ALTER TABLE moment ADD CONSTRAINT fk_moment_author_id FOREIGN KEY (author_id) REFERENCES person(id);

ALTER TABLE moment ADD CONSTRAINT fk_moment_deleted_by_id FOREIGN KEY (deleted_by_id) REFERENCES person(id);

ALTER TABLE moment ADD CONSTRAINT fk_moment_kept_by_id FOREIGN KEY (kept_by_id) REFERENCES person(id);

ALTER TABLE moment ADD CONSTRAINT fk_moment_team_id FOREIGN KEY (team_id) REFERENCES team(id);

ALTER TABLE packsetting ADD CONSTRAINT fk_packsetting_team_id FOREIGN KEY (team_id) REFERENCES team(id);

ALTER TABLE participant ADD CONSTRAINT fk_participant_about_id FOREIGN KEY (about_id) REFERENCES person(id);

ALTER TABLE participant ADD CONSTRAINT fk_participant_person_id FOREIGN KEY (person_id) REFERENCES person(id);

ALTER TABLE participant ADD CONSTRAINT fk_participant_posting_id FOREIGN KEY (posting_id) REFERENCES posting(id);

ALTER TABLE pending ADD CONSTRAINT fk_pending_person_id FOREIGN KEY (person_id) REFERENCES person(id);

ALTER TABLE person ADD CONSTRAINT fk_person_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE pick ADD CONSTRAINT fk_pick_person_id FOREIGN KEY (person_id) REFERENCES person(id);

ALTER TABLE pick ADD CONSTRAINT fk_pick_team_id FOREIGN KEY (team_id) REFERENCES team(id);

ALTER TABLE posting ADD CONSTRAINT fk_posting_asked_by_id FOREIGN KEY (asked_by_id) REFERENCES person(id);

ALTER TABLE posting ADD CONSTRAINT fk_posting_moment_id FOREIGN KEY (moment_id) REFERENCES moment(id);

ALTER TABLE posting ADD CONSTRAINT fk_posting_person_id FOREIGN KEY (person_id) REFERENCES person(id);

ALTER TABLE posting ADD CONSTRAINT fk_posting_schedule_id FOREIGN KEY (schedule_id) REFERENCES schedule(id);

ALTER TABLE posting ADD CONSTRAINT fk_posting_team_id FOREIGN KEY (team_id) REFERENCES team(id);

ALTER TABLE posting ADD CONSTRAINT fk_posting_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE quest ADD CONSTRAINT fk_quest_after_id FOREIGN KEY (after_id) REFERENCES moment(id);

ALTER TABLE quest ADD CONSTRAINT fk_quest_author_id FOREIGN KEY (author_id) REFERENCES person(id);

ALTER TABLE quest ADD CONSTRAINT fk_quest_closed_by_id FOREIGN KEY (closed_by_id) REFERENCES person(id);

ALTER TABLE quest ADD CONSTRAINT fk_quest_found_id FOREIGN KEY (found_id) REFERENCES moment(id);

ALTER TABLE quest ADD CONSTRAINT fk_quest_team_id FOREIGN KEY (team_id) REFERENCES team(id);

ALTER TABLE question ADD CONSTRAINT fk_question_author_id FOREIGN KEY (author_id) REFERENCES person(id);

ALTER TABLE question ADD CONSTRAINT fk_question_team_id FOREIGN KEY (team_id) REFERENCES team(id);

ALTER TABLE questionsetting ADD CONSTRAINT fk_questionsetting_team_id FOREIGN KEY (team_id) REFERENCES team(id);

ALTER TABLE quotation ADD CONSTRAINT fk_quotation_answer_id FOREIGN KEY (answer_id) REFERENCES answer(id);

ALTER TABLE quotation ADD CONSTRAINT fk_quotation_moment_id FOREIGN KEY (moment_id) REFERENCES moment(id);

ALTER TABLE quotation ADD CONSTRAINT fk_quotation_posting_id FOREIGN KEY (posting_id) REFERENCES posting(id);

ALTER TABLE schedule ADD CONSTRAINT fk_schedule_set_by_id FOREIGN KEY (set_by_id) REFERENCES person(id);

ALTER TABLE schedule ADD CONSTRAINT fk_schedule_team_id FOREIGN KEY (team_id) REFERENCES team(id);

ALTER TABLE sequel ADD CONSTRAINT fk_sequel_author_id FOREIGN KEY (author_id) REFERENCES person(id);

ALTER TABLE sequel ADD CONSTRAINT fk_sequel_moment_id FOREIGN KEY (moment_id) REFERENCES moment(id);

ALTER TABLE spark ADD CONSTRAINT fk_spark_person_id FOREIGN KEY (person_id) REFERENCES person(id);

ALTER TABLE spark ADD CONSTRAINT fk_spark_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE tap ADD CONSTRAINT fk_tap_moment_id FOREIGN KEY (moment_id) REFERENCES moment(id);

ALTER TABLE tap ADD CONSTRAINT fk_tap_person_id FOREIGN KEY (person_id) REFERENCES person(id);

ALTER TABLE team ADD CONSTRAINT fk_team_made_by_id FOREIGN KEY (made_by_id) REFERENCES person(id);

ALTER TABLE team ADD CONSTRAINT fk_team_workspace_id FOREIGN KEY (workspace_id) REFERENCES workspace(id);

ALTER TABLE valuekind ADD CONSTRAINT fk_valuekind_team_id FOREIGN KEY (team_id) REFERENCES team(id);

ALTER TABLE version ADD CONSTRAINT fk_version_author_id FOREIGN KEY (author_id) REFERENCES person(id);

ALTER TABLE version ADD CONSTRAINT fk_version_moment_id FOREIGN KEY (moment_id) REFERENCES moment(id);

ALTER TABLE why ADD CONSTRAINT fk_why_author_id FOREIGN KEY (author_id) REFERENCES person(id);

ALTER TABLE why ADD CONSTRAINT fk_why_moment_id FOREIGN KEY (moment_id) REFERENCES moment(id);

ALTER TABLE why ADD CONSTRAINT fk_why_parent_id FOREIGN KEY (parent_id) REFERENCES why(id);

CREATE INDEX ix_answer_message ON answer USING btree (message);

CREATE INDEX ix_answer_person_id ON answer USING btree (person_id);

CREATE INDEX ix_attempt_previous_id ON attempt USING btree (previous_id);

CREATE INDEX ix_attempt_quest_id ON attempt USING btree (quest_id);

CREATE INDEX ix_channel_team_id ON channel USING btree (team_id);

CREATE INDEX ix_fetch_due_at ON "fetch" USING btree (due_at);

CREATE INDEX ix_followup_due_at ON followup USING btree (due_at) WHERE (done_at IS NULL);

CREATE INDEX ix_followup_recap_id ON followup USING btree (recap_id);

CREATE INDEX ix_followup_team_id ON followup USING btree (team_id);

CREATE INDEX ix_goal_team_id ON goal USING btree (team_id);

CREATE INDEX ix_installattempt_expires_at ON installattempt USING btree (expires_at);

CREATE INDEX ix_link_to_id ON link USING btree (to_id);

CREATE INDEX ix_membership_person_id ON membership USING btree (person_id);

CREATE INDEX ix_mission_team_id ON mission USING btree (team_id);

CREATE INDEX ix_moment_author_id ON moment USING btree (author_id);

CREATE INDEX ix_moment_deleted_at ON moment USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);

CREATE INDEX ix_moment_source ON moment USING btree (source_channel, source_message);

CREATE INDEX ix_moment_team_id_created_at ON moment USING btree (team_id, created_at);

CREATE INDEX ix_participant_person_id ON participant USING btree (person_id);

CREATE INDEX ix_pending_person_id ON pending USING btree (person_id);

CREATE INDEX ix_posting_due ON posting USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX ix_posting_message ON posting USING btree (channel, message);

CREATE INDEX ix_posting_moment_id ON posting USING btree (moment_id);

CREATE INDEX ix_posting_person_id ON posting USING btree (person_id);

CREATE INDEX ix_posting_team_id_kind ON posting USING btree (team_id, kind);

CREATE INDEX ix_posting_turns_at ON posting USING btree (turns_at) WHERE (turns_at IS NOT NULL);

CREATE INDEX ix_quest_after_id ON quest USING btree (after_id);

CREATE INDEX ix_quest_team_id ON quest USING btree (team_id);

CREATE INDEX ix_question_team_id ON question USING btree (team_id);

CREATE INDEX ix_quotation_answer_id ON quotation USING btree (answer_id);

CREATE INDEX ix_quotation_moment_id ON quotation USING btree (moment_id);

CREATE INDEX ix_quotation_posting_id ON quotation USING btree (posting_id);

CREATE INDEX ix_schedule_next_at ON schedule USING btree (next_at);

CREATE INDEX ix_sequel_author_id ON sequel USING btree (author_id);

CREATE INDEX ix_sequel_moment_id ON sequel USING btree (moment_id);

CREATE INDEX ix_spark_person_id ON spark USING btree (person_id);

CREATE INDEX ix_tap_person_id ON tap USING btree (person_id);

CREATE INDEX ix_team_workspace_id ON team USING btree (workspace_id);

CREATE INDEX ix_version_author_id ON version USING btree (author_id);

CREATE INDEX ix_version_created_at ON version USING btree (created_at);

CREATE INDEX ix_why_moment_id ON why USING btree (moment_id);

CREATE INDEX search_moment ON moment USING gin (searchable);

CREATE UNIQUE INDEX uq_why_insight ON why USING btree (moment_id) WHERE insight;

INSERT INTO alembic_version (version_num) VALUES ('0003');
