#!/usr/bin/env bash
# DynamoDB Local, from Maven Central, into the cache. Needs Java 17 and Maven. Its licence forbids shipping it: it is only fetched.
set -euo pipefail

version=3.0.0
home="${XDG_CACHE_HOME:-$HOME/.cache}/casebook/dynamodb-local"
if [ "$(cat "$home/.installed" 2>/dev/null)" = "$version" ]; then exit 0; fi

rm -rf "$home"
mkdir -p "$home"
cat >"$home/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>casebook</groupId><artifactId>second-lane</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>software.amazon.dynamodb</groupId><artifactId>DynamoDBLocal</artifactId><version>$version</version></dependency>
  </dependencies>
</project>
POM
mvn -B -q -f "$home/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$home/lib"
# The native SQLite is a .so (or .dylib, .dll) among the jars: the server is started with its folder as the library path.
echo "$version" >"$home/.installed"
