internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import EventLog
internal import Foundation

/// A role that a key can have: what the public may, everybody may without one.
enum RoleName: String, ExpressibleByArgument, CaseIterable {
    case recorder, auditor, administrator, subscriber

    var role: Role {
        switch self {
        case .recorder: .recorder
        case .auditor: .auditor
        case .administrator: .administrator
        case .subscriber: .subscriber
        }
    }
}

/// `keys api`: the keys of the service.
struct APIKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api", abstract: "服务的密钥 The keys of the service.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county keys api new --name 市平台 --role recorder --source urn:platform:1
              credit-archive --archive ./county keys api new --name 审计 --role auditor --expires 2027-01-01
              credit-archive --archive ./county keys api list
              credit-archive --archive ./county keys api revoke k3x9m2qa
            密钥只显示一次，档案库只存其摘要；服务运行中也可发放和撤销。
            A key is shown once, the archive keeps its hash; keys are issued and revoked while the service runs, too.
            """, subcommands: [New.self, List.self, Revoke.self])

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "发放密钥 Issue a key; it is shown this once.")

        @OptionGroup var global: GlobalOptions

        @Option(help: "用途，不写姓名 What it is for, never a person's name.")
        var name: String

        @Option(help: "角色 Role: recorder, auditor, administrator or subscriber (repeatable).")
        var role: [RoleName]

        @Option(help: "只以此来源收录 Records from this source only; a trailing * for all that begin so (repeatable).")
        var source: [String] = []

        @Option(help: "只限此行政区划 Records and reads of this region only (repeatable).")
        var region: [String] = []

        @Option(help: "失效日 The first day on which it is not taken any more.")
        var expires: String?

        func run() throws {
            let regions = try region.map { text in
                guard let code = RegionCode(text) else {
                    throw ArchiveError(
                        .usage, "region-malformed", field: "--region", chinese: "行政区划代码应为 6、9 或 12 位数字",
                        english: "a region has 6, 9 or 12 digits")
                }
                return code
            }
            let expiresOn = try expires.map { text in
                guard let day = CalendarDay(text) else {
                    throw ArchiveError(
                        .usage, "day-malformed", field: "--expires", chinese: "“\(text)”不是日期，请写成 2027-01-01",
                        english: "'\(text)' is no day; write 2027-01-01")
                }
                return day
            }
            let (key, secret) = try global.keys().issue(
                name: name, roles: Set(role.map(\.role)), scope: RecordingScope(sources: source, regions: regions),
                expiresOn: expiresOn)
            let say = global.language
            try global.renderer.record([
                (say("编号", "id"), key.id), (say("密钥（只显示这一次）", "key (shown this once)"), secret),
            ]) { writer in
                writer.beginObject()
                writer.key("key")
                key.write(to: &writer, withDigest: false)
                writer.member("secret", secret)
                writer.endObject()
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "列出密钥 Every key that was issued.")

        @OptionGroup var global: GlobalOptions

        func run() throws {
            let say = global.language
            try global.renderer.list(
                global.keys().all(),
                [
                    .init(say("编号", "id")) { $0.id }, .init(say("用途", "name"), flexible: true) { $0.name },
                    .init(say("角色", "roles")) { $0.roles.map(\.rawValue).sorted().joined(separator: " ") },
                    .init(say("来源", "sources")) { $0.scope.sources.joined(separator: " ") },
                    .init(say("区划", "regions")) { $0.scope.regions.map(\.text).joined(separator: " ") },
                    .init(say("失效日", "expires")) { $0.expiresOn?.description ?? "" },
                    .init(say("撤销于", "revoked")) { $0.revokedAt ?? "" },
                ], empty: say("还没有发过密钥", "no key was issued")
            ) { $0.write(to: &$1, withDigest: false) }
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "撤销密钥 Revoke a key for good.")

        @OptionGroup var global: GlobalOptions

        @Argument(help: "密钥编号 The key's id.")
        var id: String

        func run() throws {
            let key = try global.keys().revoke(id)
            let say = global.language
            try global.renderer.record([
                (say("编号", "id"), key.id), (say("撤销于", "revoked"), key.revokedAt ?? ""),
            ]) { key.write(to: &$0, withDigest: false) }
        }
    }
}

extension GlobalOptions {
    /// The keys of the archive's service; there need not be a free writer's lock for them.
    fileprivate func keys() throws -> APIKeys {
        let folder = try folder()
        guard folder.exists else {
            throw ArchiveError(
                .unavailable, "no-archive", chinese: "\(folder.path) 不是档案库；请检查路径，或用 init 新建",
                english: "there is no archive at \(folder.path); check the path, or make one with init")
        }
        return APIKeys(folder)
    }
}
