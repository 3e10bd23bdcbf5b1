#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "store/store.hpp"
#include "sys/disk.hpp"

namespace perfgate::store {

struct DirectoryOptions {
  const sys::Disk* disk = nullptr;                  ///< nullptr: the real one
  std::chrono::milliseconds lock_patience{10'000};  ///< how long to wait for another writer
};

/// The default store, `dir:PATH`: PATH/records/2026-11.jsonl, one file a month, one writer at a
/// time. PATH/index.sqlite is made of them, and may be removed at any time.
std::unique_ptr<Store> open_directory(std::string path, DirectoryOptions options = {});

}  // namespace perfgate::store
