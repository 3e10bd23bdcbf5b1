#include "store/git_mirror.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/text.hpp"
#include "store/directory_store.hpp"
#include "store/record.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"

namespace perfgate::store {
namespace {

/// How far the mirror is. Written last: what stands in its files beyond this was never finished.
struct State {
  std::string commit;
  std::int64_t seq = 0;
  std::string head = std::string(no_record);
  std::string file;  // the newest month's
  std::uintmax_t size = 0;
};

std::string state_path(const Branch& branch) { return branch.cache() + "/mirror.state"; }

std::optional<State> read_state(const Branch& branch) {
  std::ifstream file(state_path(branch));
  State state;
  if (file >> state.commit >> state.seq >> state.head >> state.file >> state.size) return state;
  return std::nullopt;
}

Result<void> write_state(const Branch& branch, const State& state) {
  return sys::write_file_atomic(
      state_path(branch),
      fmt::format("{} {} {} {} {}\n", state.commit, state.seq, state.head, state.file, state.size));
}

Result<void> clear(const Branch& branch) {
  std::error_code error;
  std::filesystem::remove(state_path(branch), error);
  std::filesystem::remove_all(mirror_path(branch), error);
  if (error) return sys::io_error("removing", mirror_path(branch), error.value());
  return {};
}

std::string month_file(const Branch& branch, std::string_view month) {
  return fmt::format("{}/records/{}.jsonl", mirror_path(branch), month);
}

/// Cuts off what an interrupted update left. False where the files are not what the state says.
bool cut_back(const Branch& branch, const State& state) {
  std::error_code error;
  const std::string newest = month_file(branch, state.file);
  const auto size = std::filesystem::file_size(newest, error);
  if (error || size < state.size) return false;
  for (const auto& entry :
       std::filesystem::directory_iterator(mirror_path(branch) + "/records", error))
    if (entry.path().extension() == ".jsonl" && entry.path().string() > newest)
      std::filesystem::remove(entry.path(), error);
  if (size > state.size) std::filesystem::resize_file(newest, state.size, error);
  return !error;
}

/// The lines of one month, written when the next begins.
class Lines {
 public:
  explicit Lines(const Branch& branch) : branch_(branch) {}

  Result<void> add(const std::string& month, std::string_view line) {
    if (month != month_ || bytes_.size() > most) CHECKED(flush());
    month_ = month;
    bytes_ += line;
    return {};
  }
  /// Not synced: it is a cache.
  Result<void> flush() {
    if (bytes_.empty()) return {};
    const std::string path = month_file(branch_, month_);
    std::ofstream file(path, std::ios::binary | std::ios::app);
    file.write(bytes_.data(), static_cast<std::streamsize>(bytes_.size()));
    file.close();
    if (!file) return sys::io_error("writing the local copy", path, errno);
    bytes_.clear();
    return {};
  }

 private:
  static constexpr std::size_t most = 8 << 20;
  const Branch& branch_;
  std::string month_, bytes_;
};

std::unexpected<Error> damaged(const Branch& branch, std::string_view place, std::string what) {
  return fail(Code::store, fmt::format("{}: {}", place, what),
              fmt::format("the branch was damaged or changed: restore it from a clone that has it "
                          "whole. The local copy is {}",
                          branch.cache()));
}

}  // namespace

std::string mirror_path(const Branch& branch) { return branch.cache() + "/mirror"; }

std::string mirror_people(const Branch& branch) { return mirror_path(branch) + "/people.jsonl"; }

Result<Person> read_person_file(const BranchFile& file, std::string_view content) {
  if (content.ends_with('\n')) content.remove_suffix(1);
  TRY(Person person, read_person(content, file.path));
  if (path_of_person(person.token) != file.path)
    return fail(Code::store, fmt::format("{}: it holds the entry of another token", file.path),
                "the branch was damaged or changed: restore it from a clone that has it whole");
  return person;
}

Result<Record> read_file(const BranchFile& file, std::string_view content) {
  if (!content.ends_with('\n'))
    return fail(Code::store, fmt::format("{}: the record is not complete", file.path),
                "the branch was damaged or changed: restore it from a clone that has it whole");
  TRY(Record record, read_line(content.substr(0, content.size() - 1), file.path));
  if (record.seq != file.file.seq || record.kind != file.file.kind ||
      key_digest(record.kind, record.key) != file.file.digest)
    return fail(Code::store,
                fmt::format("{}: it holds another record: number {} of kind {}", file.path,
                            record.seq, perfgate::to_text(record.kind)),
                "the branch was damaged or changed: restore it from a clone that has it whole");
  return record;
}

namespace {

/// The names first: a record's entry is there when the record is.
Result<void> update_people(const Branch& branch, const Changes& changes) {
  if (changes.people_added.empty() && changes.people_removed.empty()) return {};
  TRY(People people, read_people(mirror_people(branch)));
  CHECKED(branch.read(changes.people_added,
                      [&](const BranchFile& file, std::string_view content) -> Result<void> {
                        TRY(const Person person, read_person_file(file, content));
                        people.add(person);
                        return {};
                      }));
  std::set<std::string> removed;
  for (const BranchFile& file : changes.people_removed)
    for (const auto& [token, person] : people.all())
      if (path_of_person(token) == file.path) removed.insert(token);
  return write_people(mirror_people(branch), people, removed);
}

}  // namespace

Result<void> update_mirror(const Branch& branch, const std::optional<Tip>& tip) {
  std::optional<State> state = read_state(branch);
  if (!tip) return state ? clear(branch) : Result<void>();
  if (state && !cut_back(branch, *state)) state.reset();
  if (state && state->commit == tip->commit) return {};
  Changes changes;
  if (state) {
    TRY(changes, branch.changes(state->commit, *tip));
  }
  const State before = state.value_or(State{});
  if (!state || !changes.removed.empty()) {
    CHECKED(clear(branch));
    state = State{};
    TRY(changes, branch.changes("", *tip));
  }
  CHECKED(sys::make_directories(mirror_path(branch) + "/records"));
  CHECKED(update_people(branch, changes));
  // What retention took away was the beginning.
  const bool pruned = state->seq == 0 && !changes.added.empty() && changes.added[0].file.seq > 1;
  if (pruned) state->seq = changes.added[0].file.seq - 1;

  Lines lines(branch);
  CHECKED(branch.read(
      changes.added, [&](const BranchFile& file, std::string_view content) -> Result<void> {
        TRY(const Record record, read_file(file, content));
        const bool first = pruned && &file == changes.added.data();
        if (record.seq != state->seq + 1)
          return damaged(branch, file.path,
                         fmt::format("the chain is broken: record {} does not follow record {}",
                                     record.seq, state->seq));
        if (!first && record.prev != state->head)
          return damaged(branch, file.path,
                         fmt::format("the chain is broken: record {} was written after another "
                                     "record {} than the one that is here",
                                     record.seq, state->seq));
        state->seq = record.seq;
        state->head = record.sha256;
        state->file = file.file.month;
        return lines.add(file.file.month, content);
      }));
  CHECKED(lines.flush());
  if (state->seq != tip->summary.seq || state->head != tip->summary.head)
    return damaged(branch, fmt::format("commit {}", tip->commit),
                   fmt::format("it says that its newest record is number {}, but the files end "
                               "with number {}",
                               tip->summary.seq, state->seq));
  state->commit = tip->commit;
  std::error_code error;
  state->size = std::filesystem::file_size(month_file(branch, state->file), error);
  if (error) return sys::io_error("reading the local copy", mirror_path(branch), error.value());
  return write_state(branch, *state);
}

}  // namespace perfgate::store
