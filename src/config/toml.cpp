#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/text.hpp"
#include "config/node.hpp"

namespace perfgate::config {
namespace {

// Thrown where toml++ assumes what hostile text can break: 3.3 does so of `[=]`.
struct BrokenAssumption {};
[[noreturn]] void break_off() { throw BrokenAssumption(); }

}  // namespace
}  // namespace perfgate::config

// Without NDEBUG toml++ checks its assumptions by this macro; with it, breaking one is undefined.
#undef NDEBUG
#define TOML_ASSERT(condition)                       \
  do {                                               \
    if (!(condition)) perfgate::config::break_off(); \
  } while (false)
#include <toml++/toml.h>

namespace perfgate::config {
namespace {

constexpr std::size_t largest_toml = std::size_t{1} << 20U;

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

template <class T>
std::string as_written(const T& value) {
  std::ostringstream stream;
  stream << value;
  return stream.str();
}

Node convert(const toml::node& from, std::string_view name) {
  Node node;
  node.line = line_of(from);
  node.origin = fmt::format("{}:{}", name, node.line);
  if (const auto* table = from.as_table()) {
    for (const auto& [key, value] : *table) {
      Member member{.key = std::string(key.str()), .value = convert(value, name)};
      // A table's own position is that of its header; a dotted key's that of the key.
      if (member.value.line == 0) member.value.line = static_cast<int>(key.source().begin.line);
      node.members.push_back(std::move(member));
    }
    std::ranges::sort(node.members, {},
                      [](const Member& m) { return std::pair(m.value.line, m.key); });
  } else if (const auto* array = from.as_array()) {
    node.kind = Node::Kind::list;
    for (const toml::node& item : *array) node.items.push_back(convert(item, name));
  } else if (const auto* text = from.as_string()) {
    node.kind = Node::Kind::text;
    node.text = text->get();
  } else if (const auto* integer = from.as_integer()) {
    node.kind = Node::Kind::integer;
    node.integer = integer->get();
    node.text = fmt::format("{}", node.integer);
  } else if (const auto* real = from.as_floating_point()) {
    node.kind = Node::Kind::real;
    node.real = real->get();
    node.text = fmt::format("{}", node.real);
  } else if (const auto* boolean = from.as_boolean()) {
    node.kind = Node::Kind::boolean;
    node.boolean = boolean->get();
    node.text = node.boolean ? "true" : "false";
  } else {
    node.kind = Node::Kind::time;
    if (const auto* date = from.as_date()) node.text = as_written(date->get());
    if (const auto* time = from.as_time()) node.text = as_written(time->get());
    if (const auto* moment = from.as_date_time()) node.text = as_written(moment->get());
  }
  return node;
}

// Finds characters where TOML has none but ASCII: outside of text and comments, and where a `\` in
// text looks for one. toml++ 3.3 takes them to be impossible there.
class Ascii {
 public:
  explicit Ascii(std::string_view toml) : toml_(toml) {}

  // The byte of the first such character.
  std::optional<std::size_t> broken() {
    while (at_ < toml_.size()) {
      const char c = toml_[at_];
      if (is_foreign(c)) return at_;
      if (c == '#')
        at_ = std::min(toml_.find('\n', at_), toml_.size());
      else if (c == '"' || c == '\'')
        skip_text(c);
      else
        ++at_;
      if (broken_) return broken_;
    }
    return std::nullopt;
  }

 private:
  static bool is_foreign(char c) { return static_cast<unsigned char>(c) >= 0x80; }

  // From an opening quote to behind the closing one, or to where the text cannot go on.
  void skip_text(char quote) {
    const std::string three(3, quote);
    const bool lines = toml_.substr(at_).starts_with(three);
    const std::string_view end = lines ? three : std::string_view(three).substr(0, 1);
    for (at_ += end.size(); at_ < toml_.size() && !broken_;) {
      if (toml_.substr(at_).starts_with(end)) {
        at_ += end.size();
        // Of up to five quotes at the end of several lines, the first two are text.
        for (int more = 0; lines && more < 2 && toml_.substr(at_).starts_with(quote); ++more) ++at_;
        return;
      }
      if (toml_[at_] == '\n' && !lines) return;
      if (toml_[at_] == '\\' && quote == '"')
        skip_escape();
      else
        ++at_;
    }
  }

  // At the end of a line, a `\` takes the white space that follows with it.
  void skip_escape() {
    const std::size_t after = ++at_;
    at_ = std::min(toml_.find_first_not_of(" \t\r\n", at_), toml_.size());
    if (at_ < toml_.size() && is_foreign(toml_[at_])) broken_ = at_;
    if (at_ == after && at_ < toml_.size()) ++at_;
  }

  std::string_view toml_;
  std::size_t at_ = 0;
  std::optional<std::size_t> broken_;
};

// The same with letters of ASCII alone, each other byte as three of them: what of it is no TOML is
// no TOML as it was, and toml++ may look at it. (Where it is none, Ascii may take for text what
// toml++ does not.)
std::string spelled_out(std::string_view toml) {
  std::string text;
  for (const char c : toml) {
    if (static_cast<unsigned char>(c) < 0x80)
      text += c;
    else
      text += fmt::format("z{:02x}", static_cast<unsigned char>(c));
  }
  return text;
}

bool breaks_assumption(std::string_view toml) {
  try {
    (void)toml::parse(toml);
  } catch (const BrokenAssumption&) {
    return true;
  } catch (const toml::parse_error&) {  // NOLINT(bugprone-empty-catch): it is no broken assumption
  }
  return false;
}

// The first line with which the text breaks an assumption; it does so with all of its lines.
std::size_t broken_line(std::string_view toml) {
  std::vector<std::size_t> ends;
  for (std::size_t at = toml.find('\n'); at != toml.npos; at = toml.find('\n', at + 1))
    ends.push_back(at);
  ends.push_back(toml.size());
  const auto found = std::ranges::partition_point(
      ends, [&](std::size_t end) { return !breaks_assumption(toml.substr(0, end)); });
  return static_cast<std::size_t>(found - ends.begin()) + 1;
}

constexpr std::string_view not_toml_hint =
    "the file is not TOML (https://toml.io): text stands in quotes, and a key is given once";

}  // namespace

Result<Node> parse_toml(std::string_view toml, std::string_view name) {
  if (toml.size() > largest_toml)
    return fail(
        Code::config,
        fmt::format("{}: the file is {} bytes long; at most 1 MiB is read", name, toml.size()),
        "this is probably another file than was meant");
  if (const auto at = Ascii(toml).broken())
    return fail(Code::config,
                fmt::format("{}:{}: the character `{}` may only stand within quotes or a comment",
                            name, std::ranges::count(toml.substr(0, *at), '\n') + 1,
                            safe_text(toml.substr(*at, code_point_at(toml, *at).length), 12)),
                std::string(not_toml_hint));
  try {
    if (const std::string ascii = spelled_out(toml); ascii != toml) (void)toml::parse(ascii);
    return convert(toml::parse(toml), name);
  } catch (const toml::parse_error& error) {
    return fail(Code::config,
                fmt::format("{}:{}: {}", name, error.source().begin.line,
                            safe_text(error.description(), 300)),
                std::string(not_toml_hint));
  } catch (const BrokenAssumption&) {
    return fail(Code::config,
                fmt::format("{}:{}: this is no key and no header of a table", name,
                            broken_line(spelled_out(toml))),
                std::string(not_toml_hint));
  }
}

}  // namespace perfgate::config
