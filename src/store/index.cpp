#include "store/index.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <map>

#include "base/hash.hpp"
#include "store/kinds.hpp"

namespace perfgate::store {
namespace {

constexpr int application = 0x50474958;  // "PGIX"
constexpr int patience_ms = 2000;

constexpr const char* tables = R"(
  CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE losses(first INTEGER, last INTEGER);
  CREATE TABLE files(id INTEGER PRIMARY KEY, name TEXT UNIQUE, size INTEGER, inode INTEGER,
    changed INTEGER, modified INTEGER, settled INTEGER, whole INTEGER, records INTEGER,
    first_seq INTEGER, last_seq INTEGER, first_prev TEXT, last_sha256 TEXT);
  CREATE TABLE records(seq INTEGER PRIMARY KEY, kind INTEGER, key TEXT, at INTEGER, time INTEGER,
    erased INTEGER, superseded INTEGER, file INTEGER, offset INTEGER, length INTEGER, line INTEGER,
    sha256 BLOB);
  CREATE INDEX records_by_key ON records(kind, key, seq);
  CREATE INDEX records_by_time ON records(kind, time);
  CREATE INDEX records_by_file ON records(file, seq);
  CREATE TABLE terms(field TEXT, value TEXT, kind INTEGER, seq INTEGER,
    PRIMARY KEY(field, value, kind, seq)) WITHOUT ROWID;
  CREATE INDEX terms_by_record ON terms(seq);)";

/// What the rows mean: another version that finds records by other fields has another format.
std::string format_of_rows() {
  std::string text = tables;
  for (const auto& [kind, name] : EnumTexts<Kind>::values) {
    text += fmt::format("{} {}\n", name, traits(kind).time);
    for (const TermPath& term : traits(kind).terms)
      text += fmt::format("  {} {}\n", term.field, term.pointer);
    for (const PersonalPath& path : traits(kind).personal)
      text += fmt::format("  {} {}/{}\n", person_term, path.list, path.field);
  }
  return sha256(text);
}

std::string packed(std::string_view hex) {
  const auto digit = [](char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
  };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(digit(hex[i]) << 4U | digit(hex[i + 1]));
  return bytes;
}

std::string unpacked(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex += digits[static_cast<unsigned char>(c) >> 4U];
    hex += digits[static_cast<unsigned char>(c) & 15U];
  }
  return hex;
}

/// The least text that is greater than all that begin so; empty: there is none.
std::string after_prefix(std::string prefix) {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
  if (!prefix.empty())
    prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

/// The connection and what is prepared on it.
struct Index::Database {
  /// A statement under way: bound from the left, then stepped through.
  class Query {
   public:
    Query(Database& database, State& state, const std::string& sql)
        : database_(database), state_(state), statement_(database.prepare(sql)) {
      if (statement_ == nullptr) fault();
    }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    ~Query() {
      if (statement_ == nullptr) return;
      sqlite3_reset(statement_);
      sqlite3_clear_bindings(statement_);
    }

    Query& bind(std::int64_t value) {
      if (statement_ != nullptr) sqlite3_bind_int64(statement_, ++bound_, value);
      return *this;
    }
    Query& bind(std::uint64_t value) { return bind(number(value)); }
    Query& bind(Kind kind) { return bind(static_cast<std::int64_t>(kind)); }
    Query& bind(std::string_view text) {
      if (statement_ != nullptr)
        sqlite3_bind_text64(statement_, ++bound_, text.data() == nullptr ? "" : text.data(),
                            text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
      return *this;
    }
    Query& bind_bytes(std::string_view bytes) {
      if (statement_ != nullptr)
        sqlite3_bind_blob64(statement_, ++bound_, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
      return *this;
    }

    /// Whether there is a row more.
    Result<bool> step() {
      const int code = statement_ == nullptr ? SQLITE_ERROR : sqlite3_step(statement_);
      if (code == SQLITE_ROW) return true;
      if (code == SQLITE_DONE) return false;
      return std::unexpected(fault());
    }
    Result<void> run() {
      TRY(bool more, step());
      while (more) {
        TRY(more, step());
      }
      return {};
    }

    std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
    std::uint64_t size(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    std::string text(int column) const {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
      const auto length = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
      return bytes == nullptr ? std::string() : std::string(bytes, length);
    }

   private:
    Error fault() { return database_.fault(state_); }

    Database& database_;
    State& state_;
    sqlite3_stmt* statement_;
    int bound_ = 0;
  };

  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() {
    for (const auto& [sql, statement] : statements) sqlite3_finalize(statement);
    sqlite3_close(handle);
  }

  sqlite3_stmt* prepare(const std::string& sql) {
    sqlite3_stmt*& statement = statements[sql];
    if (statement == nullptr && handle != nullptr)
      sqlite3_prepare_v3(handle, sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    return statement;
  }

  /// Says what SQLite complains of, and judges the index by it.
  Error fault(State& state) const {
    const int code = handle == nullptr ? SQLITE_NOMEM : sqlite3_errcode(handle) & 0xff;
    const bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR ||
                         code == SQLITE_SCHEMA || code == SQLITE_MISMATCH ||
                         code == SQLITE_CONSTRAINT;
    state = damaged ? State::broken : State::unavailable;
    return {.code = Code::store,
            .message = fmt::format("the index {}: {}", path,
                                   handle == nullptr ? "out of memory" : sqlite3_errmsg(handle)),
            .hint = "it is made again from the records when it is removed"};
  }

  Result<void> execute(State& state, const char* sql) const {
    if (sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return std::unexpected(fault(state));
  }

  std::string path;
  sqlite3* handle = nullptr;
  std::map<std::string, sqlite3_stmt*> statements;
};

Index::Index(const std::string& path) : database_(std::make_unique<Database>()) { open(path); }
Index::~Index() = default;

void Index::open(const std::string& path) {
  Database& db = *database_;
  db.path = path.empty() ? "in memory" : path;
  const int opened =
      sqlite3_open_v2(path.empty() ? ":memory:" : path.c_str(), &db.handle,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (opened != SQLITE_OK) {
    db.fault(state_);
    state_ = State::unavailable;
    return;
  }
  sqlite3_busy_timeout(db.handle, patience_ms);
  // Its log stays when we go: else every process would write and sync all of it into the database.
  sqlite3_db_config(db.handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  const auto prepare = [&]() -> Result<void> {
    CHECKED(db.execute(state_,
                       "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                       "PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;"));
    const auto known = [&]() -> Result<bool> {
      Database::Query id(db, state_, "PRAGMA application_id");
      TRY(const bool there, id.step());
      if (!there || id.integer(0) != application) return false;
      Database::Query format(db, state_, "SELECT value FROM meta WHERE name='format'");
      TRY(const bool written, format.step());
      return written && format.text(0) == format_of_rows();
    };
    TRY(const bool at_once, known());
    if (at_once) return {};
    CHECKED(begin());
    TRY(const bool meanwhile, known());
    if (meanwhile) return commit();
    std::string clear;
    {
      Database::Query old(db, state_, "SELECT name FROM sqlite_schema WHERE type='table'");
      for (;;) {
        TRY(const bool more, old.step());
        if (!more) break;
        clear += fmt::format("DROP TABLE \"{}\";", old.text(0));
      }
    }
    CHECKED(db.execute(state_, clear.c_str()));
    CHECKED(db.execute(state_, tables));
    CHECKED(db.execute(state_, fmt::format("PRAGMA application_id={}", application).c_str()));
    CHECKED(Database::Query(db, state_, "INSERT INTO meta VALUES('format', ?)")
                .bind(std::string_view(format_of_rows()))
                .run());
    return commit();
  };
  if (!prepare() && sqlite3_get_autocommit(db.handle) == 0) roll_back();
}

Result<void> Index::begin() { return database_->execute(state_, "BEGIN IMMEDIATE"); }
Result<void> Index::begin_reading() { return database_->execute(state_, "BEGIN"); }
Result<void> Index::commit() { return database_->execute(state_, "COMMIT"); }
void Index::give_back_memory() { sqlite3_db_release_memory(database_->handle); }
void Index::roll_back() { sqlite3_exec(database_->handle, "ROLLBACK", nullptr, nullptr, nullptr); }

Result<std::vector<IndexedFile>> Index::files() {
  std::vector<IndexedFile> files;
  Database::Query query(*database_, state_,
                        "SELECT id, name, size, inode, changed, modified, settled, whole, records, "
                        "first_seq, last_seq, first_prev, last_sha256 FROM files ORDER BY name");
  for (;;) {
    TRY(const bool more, query.step());
    if (!more) return files;
    files.push_back({.id = query.integer(0),
                     .name = query.text(1),
                     .stamp = {.size = query.size(2),
                               .inode = query.size(3),
                               .changed_ns = query.integer(4),
                               .modified_ns = query.integer(5)},
                     .settled = query.integer(6) != 0,
                     .whole = query.size(7),
                     .records = query.integer(8),
                     .first_seq = query.integer(9),
                     .last_seq = query.integer(10),
                     .first_prev = query.text(11),
                     .last_sha256 = query.text(12)});
  }
}

Result<void> Index::put(IndexedFile& file) {
  if (file.id == 0) {
    CHECKED(Database::Query(*database_, state_, "INSERT INTO files(name) VALUES(?)")
                .bind(std::string_view(file.name))
                .run());
    file.id = sqlite3_last_insert_rowid(database_->handle);
  }
  return Database::Query(*database_, state_,
                         "UPDATE files SET name=?, size=?, inode=?, changed=?, modified=?, "
                         "settled=?, whole=?, records=?, first_seq=?, last_seq=?, first_prev=?, "
                         "last_sha256=? WHERE id=?")
      .bind(std::string_view(file.name))
      .bind(file.stamp.size)
      .bind(file.stamp.inode)
      .bind(file.stamp.changed_ns)
      .bind(file.stamp.modified_ns)
      .bind(std::int64_t{file.settled})
      .bind(file.whole)
      .bind(file.records)
      .bind(file.first_seq)
      .bind(file.last_seq)
      .bind(std::string_view(file.first_prev))
      .bind(std::string_view(file.last_sha256))
      .bind(file.id)
      .run();
}

Result<void> Index::drop(std::int64_t file) {
  for (const char* sql : {"DELETE FROM terms WHERE seq IN (SELECT seq FROM records WHERE file=?)",
                          "DELETE FROM records WHERE file=?", "DELETE FROM files WHERE id=?"})
    CHECKED(Database::Query(*database_, state_, sql).bind(file).run());
  return {};
}

Result<void> Index::add(const Head& head, const std::vector<Term>& terms, const Place& place) {
  // The version before this one; those before it are superseded already.
  CHECKED(Database::Query(*database_, state_,
                          "UPDATE records SET superseded=1 WHERE seq=(SELECT max(seq) FROM records "
                          "WHERE kind=? AND key=? AND seq<?)")
              .bind(head.kind)
              .bind(std::string_view(head.key))
              .bind(head.seq)
              .run());
  CHECKED(Database::Query(*database_, state_,
                          "INSERT OR REPLACE INTO records VALUES(?1, ?2, ?3, ?4, ?5, ?6, EXISTS("
                          "SELECT 1 FROM records WHERE kind=?2 AND key=?3 AND seq>?1), "
                          "?7, ?8, ?9, ?10, ?11)")
              .bind(head.seq)
              .bind(head.kind)
              .bind(std::string_view(head.key))
              .bind(head.at.unix_ms)
              .bind(head.time.unix_ms)
              .bind(std::int64_t{head.erased})
              .bind(place.file)
              .bind(place.offset)
              .bind(place.length)
              .bind(place.line)
              .bind_bytes(packed(place.sha256))
              .run());
  for (const Term& term : terms)
    CHECKED(Database::Query(*database_, state_, "INSERT OR IGNORE INTO terms VALUES(?, ?, ?, ?)")
                .bind(std::string_view(term.field))
                .bind(std::string_view(term.value))
                .bind(head.kind)
                .bind(head.seq)
                .run());
  return {};
}

Result<void> Index::mend_superseded() {
  return Database::Query(*database_, state_,
                         "UPDATE records SET superseded=0 WHERE superseded=1 AND NOT EXISTS("
                         "SELECT 1 FROM records AS later WHERE later.kind=records.kind AND "
                         "later.key=records.key AND later.seq>records.seq)")
      .run();
}

namespace {

constexpr std::string_view select_heads =
    "SELECT seq, kind, key, at, time, erased, superseded FROM records";

Head head_in(const auto& query) {
  return {.seq = query.integer(0),
          .kind = static_cast<Kind>(query.integer(1)),
          .key = query.text(2),
          .at = {query.integer(3)},
          .time = {query.integer(4)},
          .erased = query.integer(5) != 0,
          .superseded = query.integer(6) != 0};
}

}  // namespace

Result<std::vector<Head>> Index::list(const Selection& selection, const Aliases& aliases) {
  std::string sql = std::string(select_heads) + " WHERE seq>0";
  const std::string beyond = after_prefix(selection.key_prefix);
  if (selection.kind) sql += " AND kind=?";
  if (!selection.key.empty()) sql += " AND key=?";
  if (!selection.key_prefix.empty())
    sql += beyond.empty() ? " AND key>=?" : " AND key>=? AND key<?";
  if (selection.since) sql += " AND time>=?";
  if (selection.until) sql += " AND time<?";
  if (!selection.all_versions) sql += " AND superseded=0 AND erased=0";
  for (std::size_t t = 0; t < selection.terms.size(); ++t) {
    sql += " AND seq IN (SELECT seq FROM terms WHERE field=? AND value";
    sql += aliases.contains(selection.terms[t]) ? " IN (SELECT value FROM json_each(?))" : "=?";
    sql += selection.kind ? " AND kind=?)" : ")";
  }
  sql += selection.newest_first ? " ORDER BY seq DESC" : " ORDER BY seq";
  if (selection.limit > 0) sql += " LIMIT ?";

  Database::Query query(*database_, state_, sql);
  if (selection.kind) query.bind(*selection.kind);
  if (!selection.key.empty()) query.bind(std::string_view(selection.key));
  if (!selection.key_prefix.empty()) query.bind(std::string_view(selection.key_prefix));
  if (!beyond.empty()) query.bind(std::string_view(beyond));
  if (selection.since) query.bind(selection.since->unix_ms);
  if (selection.until) query.bind(selection.until->unix_ms);
  for (const Term& term : selection.terms) {
    const auto alias = aliases.find(term);
    query.bind(std::string_view(term.field))
        .bind(std::string_view(alias == aliases.end() ? term.value : alias->second));
    if (selection.kind) query.bind(*selection.kind);
  }
  if (selection.limit > 0) query.bind(number(selection.limit));
  std::vector<Head> heads;
  for (;;) {
    TRY(const bool more, query.step());
    if (!more) return heads;
    heads.push_back(head_in(query));
  }
}

Result<std::optional<Head>> Index::head(std::int64_t seq) {
  Database::Query query(*database_, state_, std::string(select_heads) + " WHERE seq=?");
  query.bind(seq);
  TRY(const bool there, query.step());
  if (!there) return std::nullopt;
  return head_in(query);
}

Result<std::optional<Place>> Index::place(std::int64_t seq) {
  Database::Query query(*database_, state_,
                        "SELECT file, offset, length, line, sha256 FROM records WHERE seq=?");
  query.bind(seq);
  TRY(const bool there, query.step());
  if (!there) return std::nullopt;
  return Place{.file = query.integer(0),
               .offset = query.size(1),
               .length = query.size(2),
               .line = query.integer(3),
               .sha256 = unpacked(query.text(4))};
}

Result<std::vector<Term>> Index::terms(std::int64_t seq) {
  std::vector<Term> terms;
  Database::Query query(*database_, state_, "SELECT field, value FROM terms WHERE seq=?");
  query.bind(seq);
  for (;;) {
    TRY(const bool more, query.step());
    if (!more) return terms;
    terms.push_back({query.text(0), query.text(1)});
  }
}

Result<std::set<std::string>> Index::values(std::string_view field) {
  std::set<std::string> values;
  Database::Query query(*database_, state_, "SELECT DISTINCT value FROM terms WHERE field=?");
  query.bind(field);
  for (;;) {
    TRY(const bool more, query.step());
    if (!more) return values;
    values.insert(query.text(0));
  }
}

Result<std::vector<Head>> Index::in_file(std::int64_t file) {
  std::vector<Head> heads;
  Database::Query query(*database_, state_,
                        std::string(select_heads) + " WHERE file=? ORDER BY seq");
  query.bind(file);
  for (;;) {
    TRY(const bool more, query.step());
    if (!more) return heads;
    heads.push_back(head_in(query));
  }
}

Result<std::int64_t> Index::acknowledged() {
  Database::Query query(*database_, state_, "SELECT value FROM meta WHERE name='acknowledged'");
  TRY(const bool there, query.step());
  return there ? query.integer(0) : 0;
}

Result<void> Index::acknowledge(std::int64_t seq) {
  return Database::Query(*database_, state_,
                         "INSERT OR REPLACE INTO meta VALUES('acknowledged', ?)")
      .bind(seq)
      .run();
}

Result<std::vector<Index::Loss>> Index::losses() {
  std::vector<Loss> losses;
  Database::Query query(*database_, state_, "SELECT first, last FROM losses ORDER BY first");
  for (;;) {
    TRY(const bool more, query.step());
    if (!more) return losses;
    losses.push_back({.first = query.integer(0), .last = query.integer(1)});
  }
}

Result<void> Index::add_loss(Loss loss) {
  return Database::Query(*database_, state_, "INSERT INTO losses VALUES(?, ?)")
      .bind(loss.first)
      .bind(loss.last)
      .run();
}

}  // namespace perfgate::store
