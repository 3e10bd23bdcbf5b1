#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "store/directory.hpp"
#include "store/erasure.hpp"
#include "store/git.hpp"
#include "store/store.hpp"

namespace perfgate::store {
namespace {

struct Scheme {
  std::string_view name;
  Result<std::unique_ptr<Store>> (*open)(std::string_view rest);
};

Result<std::unique_ptr<Store>> directory(std::string_view path) {
  if (path.empty()) return fail(Code::config, "store `dir:`: the path is missing", "dir:.perfgate");
  return open_directory(std::string(path));
}

Result<std::unique_ptr<Store>> git(std::string_view place) {
  return open_git(place, {.environment = sys::environment_from(::environ)});
}

constexpr std::array schemes{
    Scheme{"dir", directory},
    Scheme{"git", git},
};

std::unexpected<Error> refusal(const Store& store, std::string_view what) {
  return fail(Code::store, fmt::format("{}: this kind of store does not {}", store.url(), what),
              "a store of the kind dir:PATH does");
}

}  // namespace

Result<Compaction> Store::compact(const Progress&) { return refusal(*this, "compact"); }
Result<Pruned> Store::prune(const Retention&, const Progress&) { return refusal(*this, "prune"); }
Result<std::vector<Trouble>> Store::verify(const Progress&) const {
  return refusal(*this, "verify itself");
}

Result<Erasure> erase_person(Store& store, std::string_view name, const TellErasure& tell) {
  auto* apart = dynamic_cast<NamesApart*>(&store);
  if (apart == nullptr) return refusal(store, "keep names apart");
  return apart->erase_person(name, tell);
}

Result<void> Store::append(std::vector<Addition> additions) {
  return append_if([&](const Store& locked) -> Result<std::vector<Addition>> {
    std::vector<Addition> fresh;
    for (const Addition& addition : additions) {
      TRY(const std::optional<Record> newest, locked.find(addition.kind, addition.key));
      const std::string_view known = newest ? std::string_view(newest->value) : "null";
      if (known != addition.value) fresh.push_back(addition);
    }
    return fresh;
  });
}

Result<void> Store::append(Kind kind, std::string_view key, std::string_view value, Time at) {
  return append({{kind, std::string(key), std::string(value), at}});
}

Result<std::optional<Record>> Store::find(Kind kind, std::string_view key) const {
  TRY(const std::vector<Head> heads, list({.kind = kind, .key = std::string(key)}));
  std::optional<Record> found;
  if (heads.empty()) return found;
  CHECKED(read(std::span(heads).last(1), [&](std::size_t, Record& record) -> Result<bool> {
    found = std::move(record);
    return true;
  }));
  return found;
}

Result<void> Store::scan(const Selection& selection,
                         const std::function<Result<bool>(const Record&)>& visit) const {
  TRY(const std::vector<Head> heads, list(selection));
  return read(heads, [&](std::size_t, Record& record) { return visit(record); });
}

Result<void> Store::scan(const std::function<Result<bool>(const Record&)>& visit) const {
  return scan({.all_versions = true}, visit);
}

Result<std::unique_ptr<Store>> open(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == url.npos) return directory(url);
  for (const Scheme& scheme : schemes)
    if (scheme.name == url.substr(0, colon)) return scheme.open(url.substr(colon + 1));
  return fail(Code::config, fmt::format("store `{}`: unknown kind of store", url),
              "this version knows dir:PATH and git:REMOTE#BRANCH");
}

}  // namespace perfgate::store
