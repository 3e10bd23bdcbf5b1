#pragma once
// Names of persons stand beside the chain. A record holds a token in place of each, the digest of a
// random salt and the name; the salt and the name are kept apart. Taking those away erases the
// person, and every record stays the bytes that its checksum is of.
//
//   {"token":"person:sha256:5f0c...","salt":"8d1e...","name":"ann"}
//
// is an entry: the token is `printf '%s%s' SALT NAME | sha256sum`. Each value has a salt of its
// own, so that nobody can tell from the tokens what else the same person did, nor try names.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/kind.hpp"

namespace perfgate::store {

struct Person {
  std::string token, salt, name;

  bool operator==(const Person&) const = default;
};

/// The value with a token in place of each name that the kind's traits call personal; what was
/// hidden is added to `people`. What names nobody stays: empty, `local`, an erased name. Errors:
/// Code::store where it is not JSON; Code::io where the system gives no random numbers.
Result<std::string> hide_names(Kind kind, std::string_view value, std::vector<Person>& people);

/// The value with `erased_name` where it names this person. Errors: as hide_names.
Result<std::string> without_person(Kind kind, std::string_view value, std::string_view name);

/// The tokens in a value, as often as they are there.
std::vector<std::string> tokens_in(std::string_view value);

std::string person_line(const Person& person);
/// Errors: Code::store, with `place`, also where name and salt do not give the token.
Result<Person> read_person(std::string_view line, std::string_view place);

/// GitHub's logins are the same in capitals and small letters.
bool same_person(std::string_view a, std::string_view b);
/// Whether a text holds the name as a word.
bool mentions(std::string_view text, std::string_view name);

/// What is known of tokens.
class People {
 public:
  /// Lines of entries; one that was never completed at the end is left out. Errors: as read_person.
  static Result<People> read(std::string_view lines, const std::string& path);

  void add(const Person& person) { by_token_[person.token] = person; }
  bool knows(const std::string& token) const { return by_token_.contains(token); }
  std::size_t size() const { return by_token_.size(); }
  std::size_t whole() const { return whole_; }  ///< bytes of whole lines that were read
  const std::map<std::string, Person>& all() const { return by_token_; }
  /// Of one person.
  std::vector<std::string> tokens_of(std::string_view name) const;

  /// The value with the names in place of the tokens, `erased_name` where a token is not known.
  std::string show_names(std::string value) const;

 private:
  std::map<std::string, Person> by_token_;
  std::size_t whole_ = 0;
};

/// What the audit record of an erasure is about, and how many names it says; 0: it is of none.
std::string erasure_subject(std::size_t names);
std::size_t erased_in_subject(std::string_view subject);

}  // namespace perfgate::store
