#pragma once
// A store as it was: records of another one come into sight in the order asked for, and what is
// added lies beside them, in memory.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/run.hpp"
#include "store/store.hpp"

namespace perfgate::store {

class ReplayStore final : public Store {
 public:
  /// `real` outlives this and is never written to.
  explicit ReplayStore(const Store& real) : real_(real) {}

  /// From now on this record of the real store is there. It may be shown once only. Errors: those
  /// of index_entity.
  Result<void> show(const Head& head, std::string_view value);
  bool shows(Kind kind, std::string_view key) const;

  /// The same of a run that was read already: it is kept.
  Result<void> show(const Head& head, std::string_view value, std::shared_ptr<const Run> run);

  /// A run that is shown. Those that were asked for last are kept as they were read, as each is
  /// asked for by the next thirty. Errors: as read and Stored<Run>::read. Not for several threads.
  Result<std::shared_ptr<const Run>> run(const Head& head) const;

  Result<void> append_if(const Decide& decide) override;
  Result<std::vector<Head>> list(const Selection& selection) const override;
  Result<void> read(std::span<const Head> heads, const Visit& visit,
                    unsigned workers = 1) const override;
  std::string url() const override { return real_.url(); }

 private:
  struct Entry {
    Head head;  ///< its seq is the entry's number; superseded is found by newest_
    std::vector<Term> terms;
    std::optional<Head> real;  ///< where it is kept; absent: in `value`
    std::string value;
    std::size_t unpacked = 0;  ///< bytes of the text that `value` is a zstd frame of; 0: of none
  };
  struct Kept {
    std::shared_ptr<const Run> run;
    std::uint64_t used = 0;  ///< the larger, the later
  };
  void put(Entry entry);
  void keep(std::int64_t seq, std::shared_ptr<const Run> run) const;
  bool fits(const Entry& entry, const Selection& selection) const;

  const Store& real_;
  std::vector<Entry> entries_;
  std::map<Kind, std::vector<std::size_t>> of_kind_;
  std::map<std::pair<Kind, std::string>, std::size_t, std::less<>> newest_;
  mutable std::map<std::int64_t, Kept> runs_;  // by seq
  mutable std::uint64_t uses_ = 0;
};

}  // namespace perfgate::store
