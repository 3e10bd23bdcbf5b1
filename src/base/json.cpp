#include "base/json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "base/text.hpp"

namespace perfgate {
namespace {

using nlohmann::json;

/// Builds the document, and stops at what nlohmann's own builder would let through.
class Builder {
 public:
  Builder(json& root, int max_depth) : root_(root), max_depth_(max_depth) {}

  std::string problem;

  bool null() { return put(nullptr); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(json::number_integer_t value) { return put(value); }
  bool number_unsigned(json::number_unsigned_t value) { return put(value); }
  bool number_float(json::number_float_t value, const json::string_t&) { return put(value); }
  bool string(json::string_t& value) { return put(std::move(value)); }
  bool binary(json::binary_t&) { return false; }

  bool start_object(std::size_t) { return open(json::object()); }
  bool start_array(std::size_t) { return open(json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(json::string_t& name) {
    const auto [slot, added] = stack_.back()->get_ref<json::object_t&>().emplace(name, nullptr);
    if (!added)
      return stop(fmt::format("key `{}` stands twice in {}", name.substr(0, 200), pointer()));
    slot_ = &slot->second;
    path_.back() = name;
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const json::exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    const std::string_view text = error.what();
    const std::size_t bracket = text.find("] ");
    problem = text.substr(bracket == text.npos ? 0 : bracket + 2);
    return false;
  }

 private:
  bool stop(std::string text) {
    problem = std::move(text);
    return false;
  }

  std::string pointer() const {
    std::string text;
    for (std::size_t i = 0; i + 1 < path_.size(); ++i)
      text += "/" + (stack_[i]->is_array() ? std::to_string(stack_[i]->size() - 1) : path_[i]);
    return text.empty() ? "the top object" : text;
  }

  json* put(json value, int) {
    if (stack_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    json& parent = *stack_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    *slot_ = std::move(value);
    return slot_;
  }
  bool put(json value) { return put(std::move(value), 0) != nullptr; }

  bool open(json value) {
    if (static_cast<int>(stack_.size()) >= max_depth_)
      return stop(fmt::format("it is nested deeper than {} levels", max_depth_));
    stack_.push_back(put(std::move(value), 0));
    path_.emplace_back();
    return true;
  }

  bool close() {
    stack_.pop_back();
    path_.pop_back();
    return true;
  }

  json& root_;
  int max_depth_;
  json* slot_ = nullptr;
  std::vector<json*> stack_;
  std::vector<std::string> path_;
};

}  // namespace

Result<json> parse_json(std::string_view text, std::string_view name, Code code,
                        JsonLimits limits) {
  if (text.size() > limits.max_bytes)
    return fail(code, fmt::format("{}: {} bytes, more than the {} that are read", name, text.size(),
                                  limits.max_bytes));
  json root;
  Builder builder(root, limits.max_depth);
  if (json::sax_parse(text, &builder)) return root;
  return fail(code, fmt::format("{}: not valid JSON: {}", name, safe_text(builder.problem, 500)),
              text.empty() ? "the file is empty" : "is the file whole, and of this format?");
}

}  // namespace perfgate
