/// How programs that take a secret as an argument take it.
struct SecretClient: Sendable {
  /// A value of which only a part is a secret.
  enum Form: Sendable {
    /// All of it.
    case whole
    /// What follows the first colon: `user:password`.
    case afterColon
    /// What follows the first comma.
    case afterComma
    /// What follows the first percent sign.
    case afterPercent
    /// What follows the first `=`.
    case afterEquals
    /// `pass:password`, as openssl(1) takes it.
    case passSource
  }

  /// Letters of options whose value follows at once: `-pPASSWORD`.
  var attached: [UInt8] = []
  /// Letters of options whose value is the next argument: `-p PASSWORD`.
  var detached: [UInt8] = []
  /// Letters of options without a value, which may stand before these in one word: `-su user:password`.
  var flags: [UInt8] = []
  /// What of the value of these options is a secret.
  var form = Form.whole
  /// Names of long options with such a value, without the dashes.
  var long: [StaticString] = []
  /// Words after which the next argument is a secret: `password` of nmcli.
  var words: [StaticString] = []
  /// A subcommand without which the options mean something else; nil where they always have this meaning.
  var needs: StaticString?
  /// Whether the last argument is a secret when the options say so, as of `htpasswd -b`, or always.
  var last: Last = .none
  /// Whether a plain argument `user/password@place` has a secret.
  var takesSlash = false
  /// Whether its options end before the first plain word, which is another program.
  var startsProgram = false
  /// Whether names of settings have their values in the next argument: `aws configure set NAME VALUE`.
  var sets = false
  /// Whether `-m` has a text for people.
  var writesProse = false

  enum Last: Sendable { case none, withB, always }

  /// The client by the name of its program; nil for all others.
  static func named(_ text: UnsafeBufferPointer<UInt8>, _ word: Range<Int>) -> SecretClient? {
    if let client = byName[hash(text, baseName(text, word))] { return client }
    let stem = stem(text, baseName(text, word))
    return stem.upperBound < word.upperBound ? byName[hash(text, stem)] : nil
  }

  /// What a program does with its arguments, apart from secrets of its own.
  struct Traits: OptionSet {
    let rawValue: UInt8
    /// It starts the program that its arguments name.
    static let wrapper = Traits(rawValue: 1)
    /// Arguments with blanks in them are scripts.
    static let takesScripts = Traits(rawValue: 2)
    /// It runs the program in a file that its arguments name.
    static let interpreter = Traits(rawValue: 4)
    /// It compiles, so that its macros have names of the source.
    static let compiler = Traits(rawValue: 8)
  }

  /// The traits of a program by its name: also of `python3.12`, `gcc-14` and `x86_64-linux-gnu-gcc`.
  static func traits(_ text: UnsafeBufferPointer<UInt8>, _ word: Range<Int>) -> Traits {
    var name = baseName(text, word)
    if let traits = traitsByName[hash(text, name)] { return traits }
    let whole = name
    while let last = name.last, SecretName.isDigit(text[last]) || text[last] == UInt8(ascii: ".") || text[last] == 0x2d
    {
      name = name.lowerBound..<last
    }
    if name.count < whole.count, let traits = traitsByName[hash(text, name)] { return traits }
    guard let dash = name.last(where: { text[$0] == UInt8(ascii: "-") }) else { return [] }
    return traitsByName[hash(text, dash &+ 1..<name.upperBound)]?.intersection(.compiler) ?? []
  }

  private static let traitsByName: [UInt64: Traits] = {
    var result: [UInt64: Traits] = [:]
    for (names, trait) in [
      (wrappers, Traits.wrapper), (scriptTakers, .takesScripts), (interpreters, .interpreter), (compilers, .compiler),
    ] {
      for name in names { result[name, default: []].insert(trait) }
    }
    return result
  }()

  private static let extensions: [StaticString] = [
    "-cli.js", ".py", ".js", ".mjs", ".cjs", ".rb", ".pl", ".php", ".phar", ".sh", ".exe",
  ]

  /// The name of a file without what says which interpreter it is for.
  private static func stem(_ text: UnsafeBufferPointer<UInt8>, _ name: Range<Int>) -> Range<Int> {
    guard name.suffix(5).contains(where: { text[$0] == UInt8(ascii: ".") }) else { return name }
    for ending in extensions where name.count > ending.utf8CodeUnitCount && SecretName.ends(text, name, ending) {
      return name.lowerBound..<name.upperBound &- ending.utf8CodeUnitCount
    }
    return name
  }

  private static func baseName(_ text: UnsafeBufferPointer<UInt8>, _ word: Range<Int>) -> Range<Int> {
    var start = word.upperBound
    // A script within a script has quotes with backslashes: `sh -c \"mysql …\"`.
    while start > word.lowerBound, text[start &- 1] != UInt8(ascii: "/"), !ShellWords.isQuote(text[start &- 1]),
      word.upperBound &- start < 32
    {
      start &-= 1
    }
    return start..<word.upperBound
  }

  private static func hash(_ text: UnsafeBufferPointer<UInt8>, _ word: Range<Int>) -> UInt64 {
    var sum: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in word { sum = (sum ^ UInt64(text[index])) &* 0x100_0000_01b3 }
    return sum
  }

  private static func hash(_ name: String) -> UInt64 {
    Array(name.utf8).withUnsafeBufferPointer { hash($0, 0..<$0.count) }
  }

  private static let wrappers: Set<UInt64> = Set(
    """
    sudo doas env nice ionice time timeout nohup xargs setsid stdbuf strace ltrace chroot unshare nsenter runuser watch \
    flock parallel docker podman nerdctl kubectl oc ssh busybox gosu su su-exec tini dumb-init systemd-run command exec \
    proxychains proxychains4 unbuffer script chronic chrt taskset numactl fakeroot execsnoop-top docker-compose \
    podman-compose crictl ctr lxc lxc-attach incus ip valgrind firejail bwrap torsocks torify tmux screen xvfb-run \
    setpriv capsh prlimit heaptrack perf cgexec faketime pkexec run0 s6-setuidgid setuidgid chpst envdir dotenv direnv \
    aws-vault bundle uvx uv npx pipx eatmydata proot eval machinectl systemd-inhibit dbus-run-session
    """.split(separator: " ").map { hash(String($0)) })

  private static let scriptTakers: Set<UInt64> = Set(
    "ssh mosh watch eval parallel tmux screen xterm entr pdsh clush pssh vagrant".split(separator: " ")
      .map { hash(String($0)) })

  private static let interpreters: Set<UInt64> = Set(
    "python pypy node nodejs bun deno perl ruby php bash sh dash zsh ksh java".split(separator: " ")
      .map { hash(String($0)) })

  private static let compilers: Set<UInt64> = Set(
    "gcc g++ cc c++ clang clang++ cpp cc1 cc1plus clang-cl collect2 ccache rustc swiftc ld nvcc".split(
      separator: " "
    ).map { hash(String($0)) })

  private static func letters(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static let table: [(names: String, client: SecretClient)] = [
    (
      """
      mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlslap mysqlbinlog mysqlpump mysqlsh mysqld_safe \
      mysql_upgrade mariadb mariadb-dump mariadb-admin mariadb-import mariadb-show mariadb-check mariadb-binlog \
      mariabackup xtrabackup innobackupex mycli mytop mydumper myloader pt-query-digest
      """, SecretClient(attached: letters("p"), flags: letters("BbsvtfqnNrCHEiwcjAaRKFLXU"), words: ["password"])
    ),
    ("sshpass", SecretClient(attached: letters("p"), detached: letters("p"), flags: letters("v"), startsProgram: true)),
    (
      "redis-cli valkey-cli keydb-cli redis-benchmark",
      SecretClient(detached: letters("a"), flags: letters("xc3"), long: ["pass"])
    ),
    (
      "mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop mongofiles",
      SecretClient(attached: letters("p"), detached: letters("p"))
    ),
    (
      "ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami ldapcompare ldapmodrdn ldapexop",
      SecretClient(attached: letters("w"), detached: letters("w"), flags: letters("xLZvncMCAu"))
    ),
    ("ldappasswd", SecretClient(attached: letters("was"), detached: letters("was"), flags: letters("xZvn"))),
    ("slappasswd", SecretClient(attached: letters("s"), detached: letters("s"))),
    ("sqlcmd bcp osql isql tsql go-sqlcmd", SecretClient(attached: letters("P"), detached: letters("P"))),
    (
      "zip unzip zipinfo",
      SecretClient(
        attached: letters("P"), detached: letters("P"), flags: letters("rqjy9876543210muToveXJDFAlnCLaUpcKzf"))
    ),
    ("7z 7za 7zr 7zz rar unrar", SecretClient(attached: letters("p"), flags: letters("h"))),
    (
      "curl",
      SecretClient(
        attached: letters("uU"), detached: letters("uUE"), flags: letters("sSfLkiIvgGJOnNqRaBjl#01236"),
        form: .afterColon,
        long: ["user", "proxy-user", "cert", "proxy-cert", "tlsuser"])
    ),
    (
      "http https httpie xh xhs",
      SecretClient(
        attached: letters("a"), detached: letters("a"), flags: letters("jfhbvdcFSIm"), form: .afterColon,
        long: ["auth"])
    ),
    ("ab siege wrk hey", SecretClient(detached: letters("APa"), form: .afterColon)),
    ("lftp open", SecretClient(attached: letters("u"), detached: letters("u"), form: .afterComma, long: ["user"])),
    (
      "smbclient rpcclient smbget smbcacls smbcquotas winexe smbmap nmblookup wmic",
      SecretClient(
        attached: letters("U"), detached: letters("U"), flags: letters("NgEqPek"), form: .afterPercent, long: ["user"])
    ),
    (
      "docker podman nerdctl buildah skopeo crane helm cf ibmcloud regctl oras",
      SecretClient(attached: letters("p"), detached: letters("p"), needs: "login")
    ),
    ("az azure.cli", SecretClient(attached: letters("p"), detached: letters("p"), long: ["sas"], needs: "login")),
    ("oc", SecretClient(attached: letters("p"), detached: letters("p"), needs: "login")),
    ("kubectl", SecretClient()),
    ("ipmitool ipmi-console ipmipower", SecretClient(attached: letters("P"), detached: letters("Pp"))),
    (
      "snmpget snmpwalk snmpset snmpbulkwalk snmpbulkget snmpgetnext snmptable snmptrap snmpstatus",
      SecretClient(attached: letters("AXc"), detached: letters("AXc"))
    ),
    (
      "ssh-keygen",
      SecretClient(attached: letters("NP"), detached: letters("NP"), flags: letters("qpylecvBHoAQU"))
    ),
    ("openssl", SecretClient(detached: letters("kK"))),
    ("rdesktop vncdo", SecretClient(attached: letters("p"), detached: letters("p"))),
    ("xfreerdp xfreerdp3 wlfreerdp", SecretClient(form: .passSource)),
    ("sqlplus expdp impdp exp imp rman sqlldr tnsping", SecretClient(takesSlash: true)),
    (
      "useradd usermod adduser groupadd groupmod",
      SecretClient(attached: letters("p"), detached: letters("p"), flags: letters("mMrNUloaL"))
    ),
    ("htpasswd", SecretClient(last: .withB)),
    ("wpa_passphrase", SecretClient(last: .always)),
    ("nmcli", SecretClient(words: ["password", "wifi-sec.psk", "802-11-wireless-security.psk", "wifi-sec.wep-key0"])),
    (
      "mosquitto_pub mosquitto_sub mosquitto_rr",
      SecretClient(attached: letters("P"), detached: letters("P"), flags: letters("dnlsvNRrc"), long: ["pw"])
    ),
    ("mosquitto_passwd", SecretClient(last: .withB)),
    ("pdftk", SecretClient(words: ["user_pw", "owner_pw", "input_pw"])),
    ("rclone", SecretClient(long: ["sftp-pass", "ftp-pass", "webdav-pass"])),
    ("vault", SecretClient(needs: "login", last: .always)),
    (
      "aws awscli npm yarn yarnpkg pnpm pip pip3 poetry composer gcloud gh heroku firebase gem",
      SecretClient(sets: true)
    ),
    ("git hg svn jj", SecretClient(sets: true, writesProse: true)),
    ("plink pscp psftp", SecretClient(long: ["pw"])),
    ("gpg gpg2", SecretClient(long: ["passphrase"])),
    ("pg_basebackup clickhouse-client cqlsh cypher-shell", SecretClient(detached: letters("p"), long: ["password"])),
    ("influx", SecretClient(attached: letters("t"), detached: letters("t"), long: ["token"])),
  ]

  private static let byName: [UInt64: SecretClient] = {
    var result: [UInt64: SecretClient] = [:]
    for (names, client) in table {
      for name in names.split(separator: " ") where result[hash(String(name))] == nil {
        result[hash(String(name))] = client
      }
    }
    return result
  }()
}
