#include "base/symbol.hpp"

#include <mutex>
#include <unordered_set>

namespace perfgate {
namespace {

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

// Node-based, so that the address of an element never changes; never freed, like a literal.
const std::string* intern(std::string_view text) {
  static std::mutex mutex;
  static auto& table = *new std::unordered_set<std::string, Hash, std::equal_to<>>;
  const std::lock_guard lock(mutex);
  auto found = table.find(text);
  if (found == table.end()) found = table.emplace(text).first;
  return &*found;
}

}  // namespace

Symbol::Symbol() : Symbol(std::string_view()) {}
Symbol::Symbol(std::string_view text) : text_(intern(text)) {}

}  // namespace perfgate
