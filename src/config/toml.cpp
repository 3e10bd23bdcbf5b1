#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "base/text.hpp"
#include "config/node.hpp"

namespace perfgate::config {
namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20U;

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

}  // namespace

Result<Node> parse_toml(std::string_view toml, std::string_view name) {
  if (toml.size() > largest_file)
    return fail(
        Code::config,
        fmt::format("{}: the file is {} bytes long; at most 1 MiB is read", name, toml.size()),
        "this is probably another file than was meant");
  try {
    return convert(toml::parse(toml), name);
  } catch (const toml::parse_error& error) {
    return fail(Code::config,
                fmt::format("{}:{}: {}", name, error.source().begin.line,
                            safe_text(error.description(), 300)),
                "the file is not TOML (https://toml.io): text stands in quotes, and a key is given "
                "once");
  }
}

}  // namespace perfgate::config
