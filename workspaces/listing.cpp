#include <iterator>

#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

constexpr std::size_t kListed = 20;
constexpr std::size_t kNameBytes = 200;

}  // namespace

Listing listing(const std::vector<std::string>& all) {
  Listing listing;
  listing.count = std::ssize(all);
  for (const std::string& name : all) {
    if (listing.names.size() == kListed) break;
    listing.names.push_back(name.substr(0, kNameBytes));
  }
  return listing;
}

}  // namespace orchestrate::workspaces
