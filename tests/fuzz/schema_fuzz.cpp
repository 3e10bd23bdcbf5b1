#include <cstddef>
#include <cstdint>
#include <string_view>

#include "config/perf.hpp"
#include "config/schema.hpp"

namespace {

constexpr std::string_view schema = R"({
  "properties": {
    "a": {"type": "number", "minimum": 0, "multipleOf": 0.01},
    "b": {"type": "array", "maxItems": 3, "uniqueItems": true, "items": {"$ref": "#"}},
    "c": {"enum": ["x", 1, null]}
  },
  "patternProperties": {"^d": {"anyOf": [{"type": "string"}, {"not": {"type": "object"}}]}},
  "additionalProperties": false
})";

}  // namespace

// The input is a document of a fixed schema, a perf.json of its own keys, and (where it is short,
// as schemas may ask for much work) a schema itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t longest_schema = 512;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)perfgate::config::validate(schema, "schema", text, "document");
  if (const auto keys = perfgate::config::perf_keys(text, "perf.json"))
    (void)perfgate::config::read_perf(text, "perf.json", perfgate::config::perf_schema(*keys),
                                      "schema");
  if (size <= longest_schema)
    (void)perfgate::config::validate(text, "schema", R"({"a": [1, 2.5, "x"], "b": {"a": 1}})",
                                     "document");
  return 0;
}
