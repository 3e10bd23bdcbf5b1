#include <fmt/format.h>

#include <array>

#include "store/directory.hpp"
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

constexpr std::array schemes{
    Scheme{"dir", directory},
};

}  // namespace

Result<std::optional<Record>> Store::find(Kind kind, std::string_view key) const {
  std::optional<Record> newest;
  CHECKED(scan([&](const Record& record) -> Result<bool> {
    if (record.kind == kind && record.key == key) newest = record;
    return true;
  }));
  return newest;
}

Result<std::unique_ptr<Store>> open(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == url.npos) return directory(url);
  for (const Scheme& scheme : schemes)
    if (scheme.name == url.substr(0, colon)) return scheme.open(url.substr(colon + 1));
  return fail(Code::config, fmt::format("store `{}`: unknown kind of store", url),
              "this version knows dir:PATH");
}

}  // namespace perfgate::store
