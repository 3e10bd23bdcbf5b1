#include "store/git_view.hpp"

#include <algorithm>

#include "store/directory.hpp"
#include "store/git_mirror.hpp"
#include "store/kinds.hpp"

namespace perfgate::store {
namespace {

/// Each look is a process: beyond so many, one that lists or reads everything is cheaper.
constexpr int few = 4;

bool is_one_key(const Selection& selection) {
  return selection.kind && !selection.key.empty() && selection.key_prefix.empty() &&
         selection.terms.empty() && !selection.since && !selection.until && !selection.all_versions;
}

}  // namespace

Result<void> BranchView::append_if(const Decide&) {
  return fail(Code::internal, "writing to a store from inside its own append");
}

Result<const Store*> BranchView::mirror() const {
  if (!mirror_) {
    CHECKED(update_mirror(branch_, tip_));
    mirror_ = open_directory(mirror_path(branch_));
  }
  return mirror_.get();
}

Result<std::vector<BranchFile>> BranchView::files_of(Kind kind, const std::string& key) const {
  if (!files_ && ++looked_for_ <= few) return branch_.files_of(*tip_, kind, key);
  if (!files_) {
    TRY(const Changes all, branch_.changes("", *tip_));
    files_.emplace();
    for (const BranchFile& file : all.added) files_->emplace(file.file.digest, file);
  }
  std::vector<BranchFile> files;
  const auto [begin, end] = files_->equal_range(key_digest(kind, key));
  for (auto at = begin; at != end; ++at) files.push_back(at->second);
  return files;
}

Result<std::string> BranchView::with_names(std::string value) const {
  const std::vector<std::string> tokens = tokens_in(value);
  if (tokens.empty()) return value;
  People people;
  TRY(const std::vector<BranchFile> files, branch_.people_of(*tip_, tokens));
  CHECKED(
      branch_.read(files, [&](const BranchFile& file, std::string_view content) -> Result<void> {
        TRY(const Person person, read_person_file(file, content));
        people.add(person);
        return {};
      }));
  return people.show_names(std::move(value));
}

Result<std::vector<Head>> BranchView::list(const Selection& selection) const {
  std::vector<Head> heads;
  if (!tip_) return heads;
  if (is_one_key(selection) && !mirror_) {
    TRY(const std::vector<BranchFile> files, files_of(*selection.kind, selection.key));
    if (files.empty()) return heads;
    if (++read_ <= few) {
      CHECKED(branch_.read(std::span(files).last(1),
                           [&](const BranchFile& file, std::string_view content) -> Result<void> {
                             TRY(Record record, read_file(file, content));
                             if (record.key != selection.key || record.erased()) return {};
                             TRY(const Indexed indexed,
                                 index_entity(record.kind, record.value, record.at));
                             heads.push_back({.seq = record.seq,
                                              .kind = record.kind,
                                              .key = record.key,
                                              .at = record.at,
                                              .time = indexed.time});
                             TRY(record.value, with_names(std::move(record.value)));
                             seen_[record.seq] = std::move(record);
                             return {};
                           }));
      return heads;
    }
  }
  TRY(const Store* all, mirror());
  return all->list(selection);
}

Result<void> BranchView::read(std::span<const Head> heads, const Visit& visit,
                              unsigned workers) const {
  if (!std::ranges::all_of(heads, [&](const Head& head) { return seen_.contains(head.seq); })) {
    TRY(const Store* all, mirror());
    return all->read(heads, visit, workers);
  }
  for (std::size_t i = 0; i < heads.size(); ++i) {
    Record record = seen_.at(heads[i].seq);
    TRY(const bool more, visit(i, record));
    if (!more) break;
  }
  return {};
}

}  // namespace perfgate::store
