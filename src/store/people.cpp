#include "store/people.hpp"

#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/ascii.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "model/person.hpp"
#include "store/kinds.hpp"

namespace perfgate::store {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view token_prefix = "person:sha256:";
constexpr std::size_t token_size = token_prefix.size() + 64, salt_size = 32;
constexpr std::string_view subject_prefix = "names of a person: ";

char lower(char c) { return ascii_lower(c); }

std::string token_of(std::string_view salt, std::string_view name) {
  return std::string(token_prefix) + Sha256().add(salt).add(name).hex();
}

Result<std::string> fresh_salt() {
  std::array<unsigned char, salt_size / 2> bytes{};
  if (::getentropy(bytes.data(), bytes.size()) != 0)
    return fail(Code::io, "the system gives no random numbers, which names are kept with");
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

std::string in_quotes(std::string_view text) {
  std::string json;
  {
    JsonWriter out([&](std::string_view piece) { json += piece; });
    out.value(text);
  }
  return json;
}

/// Where a JSON string that begins at `at` ends.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return at + 1;
}

/// A name in a value: from its quote to its quote.
struct Spot {
  std::size_t at = 0, length = 0;
  std::string name;
};

void find_spot(ondemand::object object, std::string_view field, const char* begin,
               std::string_view text, std::vector<Spot>& spots) {
  ondemand::value value;
  if (object.find_field_unordered(field).get(value)) return;
  ondemand::json_type type{};
  if (value.type().get(type) || type != ondemand::json_type::string) return;
  const auto at = static_cast<std::size_t>(value.raw_json_token().data() - begin);
  std::string_view name;
  if (value.get_string().get(name)) return;
  spots.push_back({.at = at, .length = end_of_string(text, at) - at, .name = std::string(name)});
}

std::vector<Spot> spots_of(const PersonalPath& path, std::string_view value) {
  thread_local ondemand::parser parser;
  const simdjson::padded_string padded(value);
  std::vector<Spot> spots;
  ondemand::document document;
  ondemand::object object;
  if (parser.iterate(padded).get(document) || document.get_object().get(object)) return spots;
  if (path.list.empty()) {
    find_spot(object, path.field, padded.data(), value, spots);
    return spots;
  }
  ondemand::array list;
  if (object.find_field_unordered(path.list).get_array().get(list)) return spots;
  for (auto item : list) {
    ondemand::object one;
    if (!item.get_object().get(one)) find_spot(one, path.field, padded.data(), value, spots);
  }
  return spots;
}

/// Calls `with` for each token of a value, and puts what it gives in the place of its string.
template <class With>
std::string replace_tokens(std::string value, const With& with) {
  std::string replaced;
  std::size_t done = 0;
  // Nearly all values hold none, and are large: what finds nothing must be quick.
  const auto next_after = [&](std::size_t from) {
    const void* found = ::memmem(value.data() + from, value.size() - from, token_prefix.data(),
                                 token_prefix.size());
    return found == nullptr
               ? value.npos
               : static_cast<std::size_t>(static_cast<const char*>(found) - value.data());
  };
  for (std::size_t at = next_after(0); at != value.npos; at = next_after(at + 1)) {
    const std::size_t end = at + token_size;
    if (at == 0 || value[at - 1] != '"' || end >= value.size() || value[end] != '"') continue;
    if (at > 1 && value[at - 2] == '\\') continue;  // the quote is escaped: inside another text
    replaced.append(value, done, at - 1 - done);
    replaced += with(value.substr(at, token_size));
    done = end + 1;
  }
  if (done == 0) return value;
  return replaced.append(value, done);
}

}  // namespace

Result<std::string> hide_names(Kind kind, std::string_view value, std::vector<Person>& people) {
  std::string hidden(value);
  for (const PersonalPath& path : traits(kind).personal) {
    if (!value.contains(fmt::format("\"{}\":", path.field))) continue;
    // The quick parser below must only see what is JSON.
    TRY(const Indexed indexed, index_entity(kind, hidden, Time{}));
    std::vector<Spot> spots = spots_of(path, hidden);
    std::ranges::reverse(spots);  // what is replaced does not move what stands before it
    for (const Spot& spot : spots) {
      if (spot.name.empty() || spot.name == local_actor || spot.name == erased_name) continue;
      TRY(std::string salt, fresh_salt());
      Person person{.token = token_of(salt, spot.name), .salt = std::move(salt), .name = spot.name};
      hidden.replace(spot.at, spot.length, in_quotes(person.token));
      people.push_back(std::move(person));
    }
  }
  return hidden;
}

Result<std::string> without_person(Kind kind, std::string_view value, std::string_view name) {
  std::vector<Person> persons;
  TRY(std::string hidden, hide_names(kind, value, persons));
  People others;
  for (const Person& person : persons)
    if (!same_person(person.name, name)) others.add(person);
  return others.show_names(std::move(hidden));
}

std::vector<std::string> tokens_in(std::string_view value) {
  std::vector<std::string> tokens;
  static_cast<void>(replace_tokens(std::string(value), [&](std::string token) {
    tokens.push_back(std::move(token));
    return std::string();
  }));
  return tokens;
}

std::string person_line(const Person& person) {
  std::string line;
  {
    JsonWriter out([&](std::string_view piece) { line += piece; });
    out.begin_object();
    out.key("token");
    out.value(std::string_view(person.token));
    out.key("salt");
    out.value(std::string_view(person.salt));
    out.key("name");
    out.value(std::string_view(person.name));
    out.end_object();
  }
  return line + "\n";
}

Result<Person> read_person(std::string_view line, std::string_view place) {
  const auto damaged = [&](std::string_view what) {
    return fail(Code::store, fmt::format("{}: {}", place, what),
                "restore the file from a copy; `perfgate history erase-person` is what takes a "
                "name away");
  };
  const auto json = parse_json(line, place, Code::store);
  if (!json || !json->is_object()) return damaged("this is no entry of a name");
  const auto text = [&](const char* key) {
    const auto found = json->find(key);
    return found != json->end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  Person person{.token = text("token"), .salt = text("salt"), .name = text("name")};
  if (person.salt.size() != salt_size ||
      person.salt.find_first_not_of("0123456789abcdef") != std::string::npos || person.name.empty())
    return damaged("the entry of a name lacks its salt or the name");
  if (person.token != token_of(person.salt, person.name))
    return damaged("the name is not the one that the records hold the digest of: it was changed");
  return person;
}

bool same_person(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool mentions(std::string_view text, std::string_view name) {
  const auto in_word = [](char c) {
    return c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80 ||
           (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9');
  };
  for (std::size_t from = 0; !name.empty() && from + name.size() <= text.size();) {
    const auto found = std::ranges::search(text.substr(from), name, {}, lower, lower);
    if (found.empty()) return false;
    const auto at = static_cast<std::size_t>(found.data() - text.data());
    const std::size_t end = at + name.size();
    if ((at == 0 || !in_word(text[at - 1])) && (end == text.size() || !in_word(text[end])))
      return true;
    from = at + 1;
  }
  return false;
}

Result<People> People::read(std::string_view lines, const std::string& path) {
  People people;
  std::size_t number = 0;
  for (std::size_t newline; (newline = lines.find('\n', people.whole_)) != lines.npos;
       people.whole_ = newline + 1) {
    TRY(const Person person, read_person(lines.substr(people.whole_, newline - people.whole_),
                                         fmt::format("{}:{}", path, ++number)));
    people.add(person);
  }
  return people;
}

std::vector<std::string> People::tokens_of(std::string_view name) const {
  std::vector<std::string> tokens;
  for (const auto& [token, person] : by_token_)
    if (same_person(person.name, name)) tokens.push_back(token);
  return tokens;
}

std::string People::show_names(std::string value) const {
  return replace_tokens(std::move(value), [&](const std::string& token) {
    const auto known = by_token_.find(token);
    return in_quotes(known == by_token_.end() ? erased_name : std::string_view(known->second.name));
  });
}

std::string erasure_subject(std::size_t names) {
  return fmt::format("{}{}", subject_prefix, names);
}

std::size_t erased_in_subject(std::string_view subject) {
  std::size_t names = 0;
  if (!subject.starts_with(subject_prefix)) return 0;
  subject.remove_prefix(subject_prefix.size());
  const auto [end, error] = std::from_chars(subject.data(), subject.data() + subject.size(), names);
  return error == std::errc() && end == subject.data() + subject.size() ? names : 0;
}

}  // namespace perfgate::store
