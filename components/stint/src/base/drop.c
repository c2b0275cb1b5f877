/* Reasons for which a packet is dropped, in words.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint/base/drop.h"

const char *stint_drop_name(enum stint_drop reason)
{
    switch (reason) {
    case STINT_DROP_NONE:
        return "none";
    case STINT_DROP_ETHERNET_SHORT:
        return "ethernet-short";
    case STINT_DROP_ETHERNET_LONG:
        return "ethernet-long";
    case STINT_DROP_ETHERNET_TYPE:
        return "ethernet-type";
    case STINT_DROP_ETHERNET_DESTINATION:
        return "ethernet-destination";
    case STINT_DROP_ETHERNET_SOURCE:
        return "ethernet-source";
    case STINT_DROP_ARP_MALFORMED:
        return "arp-malformed";
    case STINT_DROP_ARP_ADDRESS:
        return "arp-address";
    case STINT_DROP_ARP_NOT_OURS:
        return "arp-not-ours";
    case STINT_DROP_IPV4_SHORT:
        return "ipv4-short";
    case STINT_DROP_IPV4_VERSION:
        return "ipv4-version";
    case STINT_DROP_IPV4_HEADER:
        return "ipv4-header";
    case STINT_DROP_IPV4_CHECKSUM:
        return "ipv4-checksum";
    case STINT_DROP_IPV4_OPTION:
        return "ipv4-option";
    case STINT_DROP_IPV4_FRAGMENT:
        return "ipv4-fragment";
    case STINT_DROP_IPV4_SOURCE:
        return "ipv4-source";
    case STINT_DROP_IPV4_DESTINATION:
        return "ipv4-destination";
    case STINT_DROP_IPV4_PROTOCOL:
        return "ipv4-protocol";
    case STINT_DROP_IPV6_UNSUPPORTED:
        return "ipv6-unsupported";
    case STINT_DROP_IPV6_SHORT:
        return "ipv6-short";
    case STINT_DROP_IPV6_VERSION:
        return "ipv6-version";
    case STINT_DROP_IPV6_EXTENSION:
        return "ipv6-extension";
    case STINT_DROP_IPV6_OPTION:
        return "ipv6-option";
    case STINT_DROP_IPV6_ROUTING:
        return "ipv6-routing";
    case STINT_DROP_IPV6_FRAGMENT:
        return "ipv6-fragment";
    case STINT_DROP_IPV6_NEXT_HEADER:
        return "ipv6-next-header";
    case STINT_DROP_IPV6_SOURCE:
        return "ipv6-source";
    case STINT_DROP_IPV6_DESTINATION:
        return "ipv6-destination";
    case STINT_DROP_ICMP_SHORT:
        return "icmp-short";
    case STINT_DROP_ICMP_CHECKSUM:
        return "icmp-checksum";
    case STINT_DROP_ICMP_TYPE:
        return "icmp-type";
    case STINT_DROP_ICMP_DESTINATION:
        return "icmp-destination";
    case STINT_DROP_ICMP_QUOTE:
        return "icmp-quote";
    case STINT_DROP_ICMP_RATE:
        return "icmp-rate";
    case STINT_DROP_ICMP_REPLY:
        return "icmp-reply";
    case STINT_DROP_ICMP_FULL:
        return "icmp-full";
    case STINT_DROP_NDP_MALFORMED:
        return "ndp-malformed";
    case STINT_DROP_NDP_HOP_LIMIT:
        return "ndp-hop-limit";
    case STINT_DROP_NDP_ADDRESS:
        return "ndp-address";
    case STINT_DROP_GROUP_MALFORMED:
        return "group-malformed";
    case STINT_DROP_GROUP_CHECKSUM:
        return "group-checksum";
    case STINT_DROP_GROUP_SOURCE:
        return "group-source";
    case STINT_DROP_GROUP_TYPE:
        return "group-type";
    case STINT_DROP_GROUP_DESTINATION:
        return "group-destination";
    case STINT_DROP_GROUP_NOT_JOINED:
        return "group-not-joined";
    case STINT_DROP_UDP_SHORT:
        return "udp-short";
    case STINT_DROP_UDP_LENGTH:
        return "udp-length";
    case STINT_DROP_UDP_CHECKSUM:
        return "udp-checksum";
    case STINT_DROP_UDP_PORT:
        return "udp-port";
    case STINT_DROP_UDP_FULL:
        return "udp-full";
    case STINT_DROP_TCP_SHORT:
        return "tcp-short";
    case STINT_DROP_TCP_OFFSET:
        return "tcp-offset";
    case STINT_DROP_TCP_OPTION:
        return "tcp-option";
    case STINT_DROP_TCP_CHECKSUM:
        return "tcp-checksum";
    case STINT_DROP_TCP_PORT:
        return "tcp-port";
    case STINT_DROP_TCP_ADDRESS:
        return "tcp-address";
    case STINT_DROP_TCP_FLAGS:
        return "tcp-flags";
    case STINT_DROP_TCP_SEQUENCE:
        return "tcp-sequence";
    case STINT_DROP_TCP_ACK:
        return "tcp-ack";
    case STINT_DROP_TCP_TIMESTAMP:
        return "tcp-timestamp";
    case STINT_DROP_TCP_BACKLOG:
        return "tcp-backlog";
    case STINT_DROP_TCP_RESET:
        return "tcp-reset";
    case STINT_DROP_TCP_SYN:
        return "tcp-syn";
    case STINT_DROP_TCP_MEMORY:
        return "tcp-memory";
    case STINT_DROP_TCP_REASSEMBLY:
        return "tcp-reassembly";
    case STINT_DROP_DHCP_MALFORMED:
        return "dhcp-malformed";
    case STINT_DROP_DNS_MALFORMED:
        return "dns-malformed";
    case STINT_DROP_DNS_QUESTION:
        return "dns-question";
    case STINT_DROP_NEIGHBOR_QUEUE:
        return "neighbor-queue";
    case STINT_DROP_NEIGHBOR_TABLE:
        return "neighbor-table";
    case STINT_DROP_NEIGHBOR_SILENT:
        return "neighbor-silent";
    case STINT_DROP_TOO_LONG:
        return "too-long";
    case STINT_DROP_NO_ROUTE:
        return "no-route";
    case STINT_DROP_BROADCAST:
        return "broadcast";
    case STINT_DROP_DEVICE_FULL:
        return "device-full";
    case STINT_DROP_COUNT:
        break;
    }
    return "unknown";
}

const char *stint_drop_describe(enum stint_drop reason)
{
    switch (reason) {
    case STINT_DROP_NONE:
        return "accepted";
    case STINT_DROP_ETHERNET_SHORT:
        return "frame shorter than an Ethernet header";
    case STINT_DROP_ETHERNET_LONG:
        return "frame longer than the MTU allows";
    case STINT_DROP_ETHERNET_TYPE:
        return "EtherType that nobody handles, 802.3 length or VLAN tag";
    case STINT_DROP_ETHERNET_DESTINATION:
        return "frame addressed to another station";
    case STINT_DROP_ETHERNET_SOURCE:
        return "frame from a group address, a zero address or our own";
    case STINT_DROP_ARP_MALFORMED:
        return "ARP packet short, or not a request or reply for IPv4 over Ethernet";
    case STINT_DROP_ARP_ADDRESS:
        return "ARP sender address that must not be learnt";
    case STINT_DROP_ARP_NOT_OURS:
        return "ARP packet that neither asks for us nor answers us";
    case STINT_DROP_IPV4_SHORT:
        return "IPv4 packet shorter than its header or its total length";
    case STINT_DROP_IPV4_VERSION:
        return "IP version other than 4 under the IPv4 EtherType";
    case STINT_DROP_IPV4_HEADER:
        return "IPv4 header length below 20 or total length below the header";
    case STINT_DROP_IPV4_CHECKSUM:
        return "IPv4 header checksum wrong";
    case STINT_DROP_IPV4_OPTION:
        return "IPv4 options malformed or asking for a source route";
    case STINT_DROP_IPV4_FRAGMENT:
        return "IPv4 fragment that is not reassembled or ends past 65,535";
    case STINT_DROP_IPV4_SOURCE:
        return "IPv4 source address that no host can have";
    case STINT_DROP_IPV4_DESTINATION:
        return "IPv4 packet addressed to another host";
    case STINT_DROP_IPV4_PROTOCOL:
        return "IPv4 protocol that nobody handles";
    case STINT_DROP_IPV6_UNSUPPORTED:
        return "IPv6 packet, but IPv6 is not configured";
    case STINT_DROP_IPV6_SHORT:
        return "IPv6 packet shorter than its header or its payload length";
    case STINT_DROP_IPV6_VERSION:
        return "IP version other than 6 under the IPv6 EtherType";
    case STINT_DROP_IPV6_EXTENSION:
        return "IPv6 extension header cut off, of a wrong length, or one too many";
    case STINT_DROP_IPV6_OPTION:
        return "IPv6 option that is unknown and asks to be dropped, or malformed";
    case STINT_DROP_IPV6_ROUTING:
        return "IPv6 routing header with segments left";
    case STINT_DROP_IPV6_FRAGMENT:
        return "IPv6 fragment that is not reassembled, cannot be, or ends past 65,535";
    case STINT_DROP_IPV6_NEXT_HEADER:
        return "IPv6 next header that nobody handles";
    case STINT_DROP_IPV6_SOURCE:
        return "IPv6 source address that no host can have";
    case STINT_DROP_IPV6_DESTINATION:
        return "IPv6 packet addressed to another host";
    case STINT_DROP_ICMP_SHORT:
        return "ICMP message shorter than its header or its type demands";
    case STINT_DROP_ICMP_CHECKSUM:
        return "ICMP checksum wrong";
    case STINT_DROP_ICMP_TYPE:
        return "ICMP type that nobody handles";
    case STINT_DROP_ICMP_DESTINATION:
        return "ICMP echo request to a broadcast or multicast address";
    case STINT_DROP_ICMP_QUOTE:
        return "ICMP error that quotes nothing we sent, or is implausible";
    case STINT_DROP_ICMP_RATE:
        return "ICMP answer withheld by a rate limit";
    case STINT_DROP_ICMP_REPLY:
        return "ICMP echo reply that no socket waits for";
    case STINT_DROP_ICMP_FULL:
        return "receive queue of the ICMP socket full";
    case STINT_DROP_NDP_MALFORMED:
        return "neighbor discovery message short, or with an option that is malformed";
    case STINT_DROP_NDP_HOP_LIMIT:
        return "neighbor discovery message that was not sent on this link";
    case STINT_DROP_NDP_ADDRESS:
        return "neighbor discovery message whose addresses contradict its type";
    case STINT_DROP_GROUP_MALFORMED:
        return "IGMP or MLD message short, or not about a multicast group";
    case STINT_DROP_GROUP_CHECKSUM:
        return "IGMP checksum wrong";
    case STINT_DROP_GROUP_SOURCE:
        return "IGMP or MLD message that was not sent on this link";
    case STINT_DROP_GROUP_TYPE:
        return "IGMP or MLD type that nobody handles";
    case STINT_DROP_GROUP_DESTINATION:
        return "IGMP or MLD message sent to another group than it is about";
    case STINT_DROP_GROUP_NOT_JOINED:
        return "sent to a multicast group that nobody here has joined";
    case STINT_DROP_UDP_SHORT:
        return "UDP datagram shorter than its header or its length field";
    case STINT_DROP_UDP_LENGTH:
        return "UDP length field below 8";
    case STINT_DROP_UDP_CHECKSUM:
        return "UDP checksum wrong";
    case STINT_DROP_UDP_PORT:
        return "UDP port 0, or no socket on this port";
    case STINT_DROP_UDP_FULL:
        return "receive queue of the UDP socket full";
    case STINT_DROP_TCP_SHORT:
        return "TCP segment shorter than its header or its data offset";
    case STINT_DROP_TCP_OFFSET:
        return "TCP data offset below 5";
    case STINT_DROP_TCP_OPTION:
        return "TCP option of length 0 or 1, or past the header";
    case STINT_DROP_TCP_CHECKSUM:
        return "TCP checksum wrong";
    case STINT_DROP_TCP_PORT:
        return "TCP port 0, or nobody listens on this port";
    case STINT_DROP_TCP_ADDRESS:
        return "TCP segment whose source is its destination or a group address";
    case STINT_DROP_TCP_FLAGS:
        return "TCP flags that are never valid in this state";
    case STINT_DROP_TCP_SEQUENCE:
        return "TCP sequence number outside the receive window";
    case STINT_DROP_TCP_ACK:
        return "TCP acknowledgment of data never sent, or far too old";
    case STINT_DROP_TCP_TIMESTAMP:
        return "TCP timestamp older than one already seen";
    case STINT_DROP_TCP_BACKLOG:
        return "backlog of the TCP listener or its records full";
    case STINT_DROP_TCP_RESET:
        return "TCP reset that is not exactly the next expected";
    case STINT_DROP_TCP_SYN:
        return "TCP SYN on a connection that is already synchronized";
    case STINT_DROP_TCP_MEMORY:
        return "no buffer memory for TCP data";
    case STINT_DROP_TCP_REASSEMBLY:
        return "TCP data out of order with more holes than are remembered";
    case STINT_DROP_DHCP_MALFORMED:
        return "DHCP message short, without its cookie, or with malformed options";
    case STINT_DROP_DNS_MALFORMED:
        return "DNS message short, or with a name or record that cannot be";
    case STINT_DROP_DNS_QUESTION:
        return "DNS response to another question than ours";
    case STINT_DROP_NEIGHBOR_QUEUE:
        return "queue of packets that wait for this neighbor full";
    case STINT_DROP_NEIGHBOR_TABLE:
        return "every neighbor record in use";
    case STINT_DROP_NEIGHBOR_SILENT:
        return "neighbor did not answer";
    case STINT_DROP_TOO_LONG:
        return "longer than the MTU, and not to be fragmented";
    case STINT_DROP_NO_ROUTE:
        return "no route to the destination";
    case STINT_DROP_BROADCAST:
        return "broadcast from a socket without the broadcast option";
    case STINT_DROP_DEVICE_FULL:
        return "answer that nobody repeats for us, and the device had no room";
    case STINT_DROP_COUNT:
        break;
    }
    return "unknown";
}
