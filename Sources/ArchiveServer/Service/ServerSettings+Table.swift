public import CreditArchive

/// One setting of the service: its name in the file of settings, in the environment (`CREDIT_ARCHIVE_` and the name in
/// capitals, `-` as `_`) and behind `--set`.
public struct ServerSetting: Sendable {
    public let name: String
    public let chinese: String
    public let english: String
    /// The value of settings, as a text.
    public let value: @Sendable (ServerSettings) -> String
    let take: @Sendable (String, inout ServerSettings) throws(ArchiveError) -> Void

    public var environmentName: String { "CREDIT_ARCHIVE_" + name.uppercased().replacing("-", with: "_") }
}

extension ServerSettings {
    /// Every setting, in the order of the table in `Tools/deploy/README.md`.
    public static let table: [ServerSetting] = [
        ServerSetting(
            name: "listen", chinese: "监听地址，主机:端口；端口 0 取一个空闲的",
            english: "address to listen on, host:port; port 0 takes a free one",
            value: { ($0.host.contains(":") ? "[\($0.host)]" : $0.host) + ":\($0.port)" },
            take: { (text, settings) throws(ArchiveError) in
                guard let (host, port) = address(text) else {
                    throw malformed("listen", text, "127.0.0.1:8080 | [::1]:8080")
                }
                (settings.host, settings.port) = (host, port)
            }),
        path("tls-certificate", "TLS 证书链（PEM）", "TLS certificate chain (PEM)", \.certificatePath),
        path("tls-key", "TLS 私钥（PEM）", "TLS private key (PEM)", \.privateKeyPath),
        number("max-connections", "同时的连接数", "connections at once", \.maximumConnections, 1...100_000),
        number(
            "max-body-bytes", "POST /v1/events 的字节上限", "bytes of POST /v1/events", \.maximumBodyBytes, 1_024...(1 << 30)
        ),
        number(
            "max-import-bytes", "导入文件的字节上限", "bytes of an imported file", \.maximumImportBytes, 1_024...(1 << 40)),
        number(
            "min-bytes-per-second", "请求体的最低速度", "slowest speed of a body", \.minimumBytesPerSecond, 1...(1 << 30)),
        number("body-seconds", "请求体起始的宽限（秒）", "seconds before that speed counts", \.bodySeconds, 1...3_600),
        number("idle-seconds", "空闲连接保留（秒）", "seconds that an idle connection is kept", \.idleSeconds, 1...3_600),
        number("rate-limit", "每个密钥每秒请求数，0 不限", "requests of a key in a second, 0 for any", \.rateLimit, 0...1_000_000),
        number(
            "public-rate-limit", "无密钥者合计每秒请求数，0 不限", "requests without a key in a second, 0 for any",
            \.publicRateLimit, 0...1_000_000),
        number(
            "checkpoint-seconds", "签名检查点的间隔（秒），0 不自动", "seconds between signed checkpoints, 0 for none",
            \.checkpointSeconds, 0...86_400),
        number("max-followers", "事件流的跟随者数", "followers of the stream", \.maximumFollowers, 1...100_000),
        number(
            "heartbeat-seconds", "事件流的心跳（秒）", "seconds between heartbeats of a stream", \.heartbeatSeconds, 1...3_600),
        number("wait-seconds", "waitFor 的等待（秒）", "seconds that waitFor waits", \.waitSeconds, 0...300),
        number("push-batch", "推送每批的事件数", "events of a pushed batch", \.pushBatch, 1...Exchange.maximumBatch),
        number(
            "push-timeout-seconds", "推送等待应答（秒）", "seconds that a webhook may take", \.pushTimeoutSeconds, 1...300),
        number(
            "push-retry-milliseconds", "推送首次重试的间隔（毫秒）", "milliseconds before a push is tried again",
            \.pushRetryMilliseconds, 1...3_600_000),
        number(
            "push-retry-max-seconds", "推送重试的最长间隔（秒）", "seconds between tries at most", \.pushRetryMaximumSeconds,
            1...86_400),
        number(
            "max-waiting-appends", "同时办理的收录请求数，多的答 429", "appends under way, more are answered with 429",
            \.maximumWaitingAppends, 1...65_536),
        number(
            "access-days", "查阅记录保留天数，0 一直保留", "days that readings are kept, 0 for ever", \.accessDays, 0...36_500),
        number("threads", "读写磁盘的线程数", "threads for what blocks", \.blockingThreads, 1...256),
        ServerSetting(
            name: "cors-origins", chinese: "允许浏览器跨源访问的来源，逗号分隔；空为关闭",
            english: "origins that browsers may ask from, with commas; empty: CORS is off",
            value: { $0.corsOrigins.joined(separator: ",") },
            take: { (text, settings) throws(ArchiveError) in
                settings.corsOrigins = text.split(separator: ",").map { $0.filter { $0 != " " } }
            }),
    ]

    /// Takes one setting by its name. Throws ``ArchiveError`` `setting-unknown`, `setting-malformed`.
    public mutating func take(_ name: String, _ text: String) throws(ArchiveError) {
        guard let setting = ServerSettings.table.first(where: { $0.name == name }) else {
            let known = ServerSettings.table.map(\.name).joined(separator: " ")
            throw ArchiveError(
                .usage, "setting-unknown", field: name, chinese: "没有设置项 \(name)；可用：\(known)",
                english: "there is no setting \(name); known: \(known)")
        }
        try setting.take(text, &self)
    }

    /// Takes the settings of a file: `name = value` in each line, `#` before remarks. Throws as ``take(_:_:)``, with the
    /// line, and `setting-repeated`.
    public mutating func take(file text: String) throws(ArchiveError) {
        var seen: Set<String> = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = ServerSettings.trimmed(line.prefix { $0 != "#" })
            guard !line.isEmpty else { continue }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            do throws(ArchiveError) {
                guard parts.count == 2 else {
                    throw ServerSettings.malformed(String(line), "", "name = value")
                }
                let name = String(ServerSettings.trimmed(parts[0]))
                guard seen.insert(name).inserted else {
                    throw ArchiveError(
                        .usage, "setting-repeated", field: name, chinese: "设置项 \(name) 重复",
                        english: "the setting \(name) is given twice")
                }
                var value = ServerSettings.trimmed(parts[1])
                if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
                    value = value.dropFirst().dropLast()
                }
                try take(name, String(value))
            } catch {
                throw ArchiveError(
                    error.kind, error.code, field: error.field, chinese: "第 \(number + 1) 行：\(error.chinese)",
                    english: "line \(number + 1): \(error.english)")
            }
        }
    }

    /// Takes the settings of the environment. Throws as ``take(_:_:)``.
    public mutating func take(environment: [String: String]) throws(ArchiveError) {
        for setting in ServerSettings.table {
            guard let text = environment[setting.environmentName] else { continue }
            try setting.take(text, &self)
        }
    }

    /// Host and port; a host of IPv6 stands in brackets.
    public static func address(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        return host.isEmpty ? nil : (String(host), Int(port))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }

    private static func malformed(_ name: String, _ text: String, _ expectation: String) -> ArchiveError {
        ArchiveError(
            .usage, "setting-malformed", field: name, chinese: "设置项 \(name) 的值“\(text)”应为 \(expectation)",
            english: "the setting \(name) is '\(text)', it should be \(expectation)")
    }

    private static func number(
        _ name: String, _ chinese: String, _ english: String,
        _ property: any WritableKeyPath<ServerSettings, Int> & Sendable, _ range: ClosedRange<Int>
    ) -> ServerSetting {
        ServerSetting(
            name: name, chinese: chinese, english: english, value: { String($0[keyPath: property]) },
            take: { (text, settings) throws(ArchiveError) in
                guard let number = Int(text), range.contains(number) else {
                    throw malformed(name, text, "\(range.lowerBound)…\(range.upperBound)")
                }
                settings[keyPath: property] = number
            })
    }

    private static func path(
        _ name: String, _ chinese: String, _ english: String,
        _ property: any WritableKeyPath<ServerSettings, String?> & Sendable
    ) -> ServerSetting {
        ServerSetting(
            name: name, chinese: chinese, english: english, value: { $0[keyPath: property] ?? "" },
            take: { (text, settings) throws(ArchiveError) in
                settings[keyPath: property] = text.isEmpty ? nil : text
            })
    }
}
