#include "api/cli/cli.h"

int main(int argc, char** argv) {
  return orchestrate::api::run_cli(argc, argv);
}
